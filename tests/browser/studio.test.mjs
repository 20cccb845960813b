// Goal: whoever runs the house sees what needs a hand, finds out why and mends it, by mouse or keys, on any screen;
// no answer of the server and no absence of it leaves a page without a way on.
import assert from "node:assert/strict";
import { axeFindings, crawlByArrows, focusLanded, focusOn } from "./browser.mjs";
import { cannedStudioTitles } from "./studio_titles.mjs";

const [making, broken, , partly] = cannedStudioTitles();
const pages = [
  ["overview", "", "Overview"],
  ["titles", "titles", "Titles"],
  ["title", `titles/${making.id}`, making.name],
  ["failed", `titles/${broken.id}`, broken.name],
  ["jobs", "jobs", "Jobs"],
  ["library", "library", "Library"],
  ["members", "members", "Members"],
  ["storage", "storage", "Storage"],
  ["encoding", "encoding", "Encoding"],
];
const looks = [
  ["desktop", {}],
  ["light", { colorScheme: "light" }],
  ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true }],
  ["tv", { viewport: { width: 1920, height: 1080 } }],
  ["narrow", { viewport: { width: 320, height: 640 }, colorScheme: "light" }],
  ["forced", { forcedColors: "active" }],
  // What 1280 pixels are at 200 %.
  ["zoomed", { viewport: { width: 640, height: 360 } }],
];

async function open(page, house, path, heading) {
  await page.goto(`${house.base}/studio/${path}`);
  await page.getByRole("heading", { name: heading, level: 1, exact: true }).waitFor();
  await page.locator(".studio main:not([aria-busy])").waitFor();
}

async function fits(page, name) {
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll("a, button, input")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && (box.left < 0 || box.right > innerWidth);
      })
      .map((element) => element.getAttribute("aria-label") ?? element.textContent),
  );
  assert.deepEqual(outside, [], `${name} has controls outside the window`);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll(".studio a, .studio button, .studio input")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        const inText = element.matches("p a, .what a") || element.type === "range";
        const labelled = element.closest("label") !== null;
        return box.width > 0 && !inText && !labelled && (box.width < 24 || box.height < 24);
      })
      .map((element) => element.outerHTML.slice(0, 80)),
  );
  assert.deepEqual(small, [], `${name} has targets below 24 px`);
}

const lookTests = looks.map(([look, options]) => ({
  name: `every page holds: ${look}`,
  options,
  run: async ({ page, house, shots }) => {
    for (const [name, path, heading] of pages) {
      house.reset();
      await open(page, house, path, heading);
      await fits(page, name);
      assert.deepEqual(await axeFindings(page), [], name);
      await page.screenshot({ path: `${shots}/studio-${look}-${name}.png`, fullPage: true });
    }
  },
}));

const journeyTests = [
  {
    name: "arrows reach everything on every page, and focus is never lost",
    run: async ({ page, house }) => {
      for (const [name, path, heading] of pages) {
        house.reset();
        await open(page, house, path, heading);
        await page.keyboard.press("ArrowDown");
        const { missed, lost, count } = await crawlByArrows(page);
        assert.ok(!lost, `${name}: focus was lost`);
        assert.deepEqual(missed, [], name);
        assert.ok(count > 10, `${name} has ${count} controls`);
      }
    },
  },
  {
    name: "from what needs attention to the title, and it is tried again",
    run: async ({ page, house }) => {
      await open(page, house, "", "Overview");
      await page.getByRole("link", { name: /Could not be made Paper Rivers/ }).click();
      await page.getByRole("heading", { name: broken.name, level: 1 }).waitFor();
      await page.getByText("the file is cut off").first().waitFor();
      const retry = page.getByRole("button", { name: "Try again", exact: true });
      await focusOn(page, "Try again");
      await page.keyboard.press("Enter");
      await page.getByText("Tried again: 5 jobs.").waitFor();
      await retry.waitFor({ state: "detached" });
      await focusLanded(page);
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await page.getByText("Stopped: 5 jobs. What was made is kept.").waitFor();
      await page.getByText("stopped by an operator").first().waitFor();
      assert.deepEqual(
        house.state.orders.filter((order) => order.startsWith("POST /v1/studio")),
        [`POST /v1/studio/titles/${broken.id}/retry`, `POST /v1/studio/titles/${broken.id}/cancel`],
      );
    },
  },
  {
    name: "titles are found by state and words; going back finds the place again",
    run: async ({ page, house }) => {
      await open(page, house, "titles", "Titles");
      await page.getByRole("button", { name: "Needs attention 2" }).click();
      await page.getByText("2 titles shown").waitFor();
      await page.getByText("1 part is missing").waitFor();
      await page.getByRole("searchbox").fill("lantern");
      await page.getByText("1 title shown").waitFor();
      assert.match(page.url(), /state=attention&q=lantern$/);
      await page.getByRole("link", { name: partly.name }).press("Enter");
      await page.getByText("What could not be made").waitFor();
      await page.goBack();
      await page.getByText("1 title shown").waitFor();
      await page.waitForFunction(() =>
        document.activeElement?.textContent.includes("A House of Lanterns"),
      );
      await page.getByRole("searchbox").fill("nothing like this");
      await page.getByText("No title is like that").waitFor();
    },
  },
  {
    name: "long lists go on page by page",
    run: async ({ page, house }) => {
      const first = house.state.titles[4];
      house.state.titles = Array.from({ length: 230 }, (_, index) => ({
        ...first,
        id: `0193d${String(index).padStart(27, "0")}`,
        name: `Film ${index}`,
      }));
      await open(page, house, "titles", "Titles");
      await page.getByText("100 titles shown").waitFor();
      await page.getByRole("button", { name: "Show more" }).click();
      await page.getByText("200 titles shown").waitFor();
      await page.getByRole("button", { name: "Show more" }).click();
      await page.getByText("230 titles shown").waitFor();
      assert.equal(await page.getByRole("button", { name: "Show more" }).count(), 0);
    },
  },
  {
    name: "progress moves by itself, and a title takes its turn",
    run: async ({ page, house }) => {
      await open(page, house, `titles/${making.id}`, making.name);
      await page.getByText("43 %").first().waitFor();
      house.state.titles[0].progress = 0.77;
      await page.getByText("77 %").first().waitFor();
      await page.getByRole("button", { name: "First", exact: true }).click();
      await page.locator("button[aria-pressed=true]", { hasText: "First" }).waitFor();
      assert.equal(house.state.titles[0].turn, "first");
    },
  },
  {
    name: "jobs are stopped and tried again one by one",
    run: async ({ page, house }) => {
      await open(page, house, "jobs", "Jobs");
      await page.getByRole("button", { name: "Stop: Thumbnails" }).click();
      await page.getByRole("button", { name: "Stop: Thumbnails" }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Failed", exact: true }).click();
      await page.getByRole("button", { name: "Try again: Thumbnails" }).click();
      await page.getByRole("button", { name: "Try again: Thumbnails" }).waitFor({
        state: "detached",
      });
      await focusLanded(page);
    },
  },
  {
    name: "members get roles, links are made and taken back, the last owner stays",
    run: async ({ page, house }) => {
      await open(page, house, "members", "Members");
      const grace = page.getByRole("group", { name: "Role of Grace" });
      await grace.getByRole("button", { name: "Owner" }).click();
      await page.getByText("Grace is Owner now.").waitFor();
      await grace.getByRole("button", { name: "Viewer" }).click();
      await page.getByText("the last owner stays").waitFor();
      await page.getByRole("button", { name: /Remove .+rton/ }).click();
      await page.getByRole("button", { name: /Really remove .+rton/ }).click();
      await page.getByText(/rton .+ was removed\./).waitFor();
      await page.getByLabel("For whom").fill("Uncle Tom");
      await page.getByRole("button", { name: "Make a link" }).click();
      const link = page.getByLabel("The link");
      await link.waitFor();
      assert.equal(await link.inputValue(), `${house.base}/invite#0123456789abcdef`);
      await page.getByRole("button", { name: "Take back the invitation for Uncle Tom" }).click();
      await page.getByText("The invitation was taken back.").waitFor();
      assert.deepEqual(
        house.state.invitations.map((each) => each.note),
        ["Aunt Vera"],
      );
    },
  },
  {
    name: "the encode policy says what it means and is saved whole",
    run: async ({ page, house }) => {
      await open(page, house, "encoding", "Encoding");
      await page.getByLabel("When somebody first wants to watch").check();
      await page.getByLabel("Only at night").check();
      await page.getByLabel("From").fill("");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Both hours are needed.").waitFor();
      await page.getByLabel("From").fill("23:00");
      await page.getByLabel("Share of the machine").fill("50");
      await page.getByText("In these hours: 1 night.").waitFor();
      await page.getByLabel("Limit what is stored").check();
      await page.getByRole("spinbutton").fill("25");
      await page.getByText("That is more than the limit leaves.").waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved", { exact: true }).waitFor();
      assert.deepEqual(house.state.policy, {
        when: "on_first_watch",
        night_window: { from: "23:00", to: "06:00" },
        cpu_share: 0.5,
        disk_quota_bytes: 25_000_000_000,
      });
    },
  },
  {
    name: "the library tells what it did not understand, and looks again",
    run: async ({ page, house }) => {
      await open(page, house, "library", "Library");
      await page.getByRole("button", { name: "Cannot be read 1" }).click();
      await page.getByText("permission denied").waitFor();
      assert.equal(await page.getByText("/srv/films/2001.mkv").count(), 0);
      await page.getByRole("button", { name: "Look through the library again" }).click();
      await page.getByText("Looked through: 2 new, 1 changed, 0 gone.").waitFor();
      await page.getByText("Looked through just now.").first().waitFor();
    },
  },
  {
    name: "an empty house is calm, and says how to begin",
    run: async ({ page, house }) => {
      Object.assign(house.state, { titles: [], jobs: [], disk: null });
      Object.assign(house.state.library, {
        findings: [],
        findings_total: 0,
        libraries: [],
        counts: {},
      });
      for (const [path, heading, text] of [
        ["", "Overview", "Nothing needs you"],
        ["titles", "Titles", "No titles yet"],
        ["jobs", "Jobs", "All that was asked for is done."],
        ["storage", "Storage", "Nothing is stored yet"],
        ["library", "Library", "Every file was understood"],
      ]) {
        await open(page, house, path, heading);
        await page.getByText(text).first().waitFor();
        assert.deepEqual(await axeFindings(page), [], heading);
        await page.keyboard.press("ArrowDown");
        const { missed, lost } = await crawlByArrows(page);
        assert.ok(!lost && missed.length === 0, `${heading}: ${missed}`);
      }
    },
  },
  {
    name: "when the server is away a page says so, and comes back by itself",
    run: async ({ page, house }) => {
      house.state.away = 503;
      await page.goto(`${house.base}/studio/jobs`);
      await page.getByRole("heading", { name: "This page could not be read" }).waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await focusOn(page, "Try again");
      house.state.away = 0;
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Jobs", level: 1 }).waitFor();
      house.state.away = 503;
      await page.getByText("The server does not answer.").waitFor();
      await page.getByRole("button", { name: "Stop: Thumbnails" }).waitFor();
      house.state.away = 0;
      await page.getByText("The server does not answer.").waitFor({ state: "detached" });
    },
  },
  {
    name: "what is not there or not allowed leads on",
    run: async ({ page, house }) => {
      const leadsOn = async (path, heading) => {
        await page.goto(`${house.base}/studio/${path}`);
        await page.getByRole("heading", { name: heading }).waitFor();
        assert.deepEqual(await axeFindings(page), [], heading);
        await page.keyboard.press("ArrowDown");
        assert.ok(!(await crawlByArrows(page)).lost, heading);
      };
      await leadsOn(`titles/${"f".repeat(32)}`, "This title is not here");
      await leadsOn("titles/none", "The studio has no such page");
      await leadsOn("nonsense", "The studio has no such page");
      house.state.away = 403;
      await leadsOn("members", "This page is for owners");
      house.state.away = 404;
      await leadsOn("encoding", "This server cannot do that yet");
      house.state.away = 0;
      house.state.me.account.role = "viewer";
      await page.goto(`${house.base}/studio`);
      await page.getByRole("heading", { name: "This page is not for this account" }).waitFor();
    },
  },
];

/** Each begins with the house as it was at first. */
export const studioTests = [...lookTests, ...journeyTests].map((test) => ({
  ...test,
  run: async (world) => {
    world.house.reset();
    await test.run(world);
  },
}));

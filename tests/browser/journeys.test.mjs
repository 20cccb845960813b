// Goal: the ways through the house that people take, by keys where they would: from the claim link to the first film,
// an invitation, signing in and back to the same place, the gate, PIN and kids, search, and from episode to episode.
import assert from "node:assert/strict";
import { atHome, axeFindings, focusLanded, focusOn, untilVideo } from "./browser.mjs";
import { cannedHouse } from "./fixture_house.mjs";
import { cannedEpisodes, cannedTitles } from "./fixture_titles.mjs";
import { arrange, begun, houseWithin } from "./scenes.mjs";

/** How often the countdown of NextCard.svelte looks at what is left. */
const kTickMs = 250;
const films = cannedTitles();
const episodes = cannedEpisodes();

const heading = (page, name) => page.getByRole("heading", { name, exact: true }).first().waitFor();

async function type(page, text) {
  await page.keyboard.type(text);
}

async function watchEpisode(page, base, index, query) {
  await page.goto(`${base}/watch/${episodes[index].id}${query}`);
  await untilVideo(page, "playing", (video) => !video.paused && video.frames > 3);
}

/** The countdown to the next episode stands, so that a busy machine is not too late for it. */
async function holdCountdown(page) {
  await page.addInitScript((tickMs) => {
    const real = globalThis.setInterval.bind(globalThis);
    globalThis.setInterval = (run, ms, ...rest) =>
      ms === tickMs
        ? real(() => globalThis.countdownRuns && run(...rest), ms / 10)
        : real(run, ms, ...rest);
  }, kTickMs);
}

/** Lets it run, ten times as fast as for a viewer, also in the episodes after. */
async function runCountdown(page) {
  await page.evaluate(() => (globalThis.countdownRuns = true));
}

const onEpisode = (page, index) =>
  page.waitForFunction((id) => location.pathname === `/watch/${id}`, episodes[index].id);

export const journeyTests = [
  {
    name: "from the claim link to the first film, by keys alone",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, { titles: [], house: { ...cannedHouse(), accounts: [], profiles: [] } });
      await page.goto(`${base}/claim#claim-token`);
      await heading(page, "Open the house");
      await focusOn(page, "name");
      await type(page, "ida");
      await page.keyboard.press("Tab");
      await type(page, "short");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("At least 8 characters.").waitFor();
      await focusOn(page, "password");
      await type(page, " but longer now");
      await page.keyboard.press("Enter");
      await heading(page, "Who’s watching?");
      assert.equal(new URL(page.url()).hash, "", "the token is out of the address");
      await focusOn(page, "Add a profile");
      await page.keyboard.press("Enter");
      await focusOn(page, "profile-name");
      await type(page, "Ida");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Ida" }).waitFor();
      await focusOn(page, "Ida");
      await page.keyboard.press("Enter");
      await page.getByText("matinee add").waitFor();
      await focusOn(page, "Copy the command");
      fixture.titles = films.slice(0, 1);
      await focusOn(page, "Play");
      await page.keyboard.press("Enter");
      await untilVideo(page, "the first film", (video) => !video.paused && video.frames > 5);
    },
  },
  {
    name: "a claim link that is no longer good says how to get another",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, { house: { ...cannedHouse(), accounts: [] } });
      await page.goto(`${base}/claim#old`);
      await page.getByLabel("Your name").fill("ida");
      await page.getByLabel("Choose a password").fill("correct horse");
      await page.keyboard.press("Enter");
      await heading(page, "This link no longer works");
    },
  },
  {
    name: "an invitation leads in",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, { house: cannedHouse() });
      await page.goto(`${base}/invite#invite-token`);
      await page.getByText("The house on the hill").first().waitFor();
      await page.getByLabel("Your name").fill("new");
      await page.getByLabel("Choose a password").fill("a fine long one");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Ida" }).click();
      await atHome(page);
      assert.equal(fixture.house.accounts.at(-1).role, "viewer");
      assert.equal(await page.getByRole("link", { name: "Studio" }).count(), 0);
    },
  },
  {
    name: "signing in leads back to the page that was asked for",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, { house: cannedHouse() });
      await page.goto(`${base}/title/${films[2].id}`);
      await heading(page, "Welcome back");
      await focusOn(page, "name");
      await type(page, "ida");
      await page.keyboard.press("Tab");
      await type(page, "wrong");
      await page.keyboard.press("Enter");
      await page.getByText("do not belong together").waitFor();
      await focusOn(page, "password");
      await page.keyboard.press("Control+a");
      await type(page, "correct horse");
      await page.keyboard.press("Enter");
      await focusOn(page, "Ida");
      await page.keyboard.press("Enter");
      await page.locator("h1", { hasText: films[2].name }).waitFor();
    },
  },
  {
    name: "a session that ends shows the sign-in, keeps the place, and goes on there",
    run: async ({ page, base, fixture }) => {
      // All ready: a home page that waits for encodes would ask again, and be refused before the search is.
      const titles = films.filter((film) => film.state === "ready");
      arrange(fixture, { house: houseWithin(), titles });
      await page.goto(base);
      await atHome(page);
      await page.getByRole("link", { name: "Search" }).click();
      await focusOn(page, "words");
      fixture.house.account = fixture.house.profile = null;
      // In one piece: between two keys of a slow machine the refused search would open the door.
      await page.getByRole("searchbox").fill("salt");
      await page.getByText("You were signed out").waitFor();
      await page.getByLabel("Name").fill("ida");
      await page.getByLabel("Password", { exact: true }).fill("correct horse");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Ida" }).click();
      await page.getByRole("searchbox").waitFor();
      assert.equal(await page.getByRole("searchbox").inputValue(), "salt");
    },
  },
  {
    name: "a PIN is entered on the pad with arrows; a wrong one says so, too many say how long to wait",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, { house: { ...houseWithin(), profile: null } });
      await page.goto(base);
      await focusOn(page, "Ida");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await focusOn(page, "pin");
      await type(page, "1111");
      await page.keyboard.press("Enter");
      await page.getByText("That is not the PIN.").waitFor();
      for (const digit of ["2", "4", "6", "8"])
        await page.getByRole("button", { name: digit, exact: true }).press("Enter");
      await page.getByRole("button", { name: "Enter" }).press("Enter");
      await atHome(page);
      assert.equal(fixture.house.profile.name, "Otto");
      fixture.house.wrongPins = 2;
      await page.goto(`${base}/profiles`);
      await page.getByRole("button", { name: /Otto/ }).click();
      await focusOn(page, "pin");
      await type(page, "1111");
      await page.keyboard.press("Enter");
      await page.getByText("Please wait 30 seconds").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await focusLanded(page);
    },
  },
  {
    name: "a child sees a child's house: home, search, lists and addresses",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, { house: houseWithin({ who: 2 }) });
      await page.goto(base);
      await atHome(page);
      assert.equal(await page.getByText("A House of Lanterns").count(), 0);
      await page.goto(`${base}/search?q=house`);
      await page.getByText("Nothing found").waitFor();
      await page.goto(`${base}/title/${films[2].id}`);
      await heading(page, "This film is not here");
      await page.goto(`${base}/profiles`);
      await page.getByRole("button", { name: /Mia/ }).waitFor();
      assert.equal(await page.getByRole("button", { name: "Manage profiles" }).count(), 0);
    },
  },
  {
    name: "profiles are made, changed and deleted",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, { house: houseWithin() });
      await page.goto(`${base}/profiles`);
      await page.getByRole("button", { name: "Manage profiles" }).click();
      await page.getByRole("button", { name: "Add a profile" }).click();
      await page.getByLabel("Name").fill("Guest");
      await page.getByRole("button", { name: "Lantern" }).click();
      await page.getByRole("button", { name: "Child" }).click();
      await page.getByRole("button", { name: "German" }).click();
      await page.getByLabel("PIN", { exact: true }).fill("12");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("A PIN is 4 to 8 digits.").waitFor();
      await page.getByLabel("PIN", { exact: true }).fill("123456");
      await page.getByRole("button", { name: "Save" }).click();
      await focusOn(page, "Edit Guest, kids");
      await page.keyboard.press("Enter");
      const made = fixture.house.profiles.at(-1);
      const { name, avatar, kind, language, maturity_max, pin } = made;
      assert.deepEqual(
        { name, avatar, kind, language, maturity_max, pin },
        {
          name: "Guest",
          avatar: "lantern",
          kind: "child",
          language: "de",
          maturity_max: 6,
          pin: "123456",
        },
      );
      await page.getByRole("button", { name: "Delete this profile" }).click();
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      await page.getByRole("button", { name: "Edit Guest" }).waitFor({ state: "detached" });
      assert.equal(fixture.house.profiles.length, 3);
    },
  },
  {
    name: "devices are signed out and the password changed",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, { house: houseWithin() });
      await page.goto(`${base}/account`);
      await page.getByText("2 hours ago").waitFor();
      await page.getByRole("button", { name: "Sign out Safari on iPad" }).click();
      await page.getByText("Safari on iPad").waitFor({ state: "detached" });
      await page.getByLabel("Current password").fill("nope");
      await page.getByLabel("New password").fill("another long one");
      await page.keyboard.press("Enter");
      await page.getByText("The current password is not right.").waitFor();
      await page.getByLabel("Current password").fill("correct horse");
      await page.keyboard.press("Enter");
      await page.getByText("The password is changed.").waitFor();
      await page.getByRole("button", { name: "Sign out here" }).click();
      await heading(page, "Welcome back");
    },
  },
  {
    name: "search asks once per pause, tells the count, and leads to lists, and back to the same card",
    run: async ({ page, base, fixture }) => {
      arrange(fixture);
      await page.goto(`${base}/search`);
      await focusOn(page, "words");
      // In one turn of the page: on a busy machine keys of their own would be apart by more than a pause.
      await page.evaluate(() => {
        const field = document.activeElement;
        for (const words of ["t", "ti", "tid", "tide"]) {
          field.value = words;
          field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }
      });
      await page.getByRole("status").getByText("2 titles found").waitFor();
      assert.deepEqual(fixture.searches, ["tide"]);
      assert.equal(new URL(page.url()).search, "?q=tide");
      await page.keyboard.press("ArrowDown");
      const first = await page.evaluate(() => document.activeElement?.getAttribute("href"));
      await page.keyboard.press("Enter");
      await heading(page, "Cast");
      await page.goBack();
      await page.waitForFunction(
        (href) => document.activeElement?.getAttribute("href") === href,
        first,
      );
      await page.getByRole("searchbox").fill("holm");
      await page.getByRole("link", { name: "J. J. Holm, 1 title" }).click();
      await heading(page, "J. J. Holm");
    },
  },
  {
    name: "one press of Enter leads from the cold home page to where one was",
    run: async ({ page, base, fixture }) => {
      arrange(fixture, {
        history: [{ ...begun[0], title_id: films[0].id, position_ms: 14_000, duration_ms: 30_000 }],
      });
      await page.goto(base);
      await focusOn(page, "Resume");
      await page.keyboard.press("Enter");
      await untilVideo(page, "resumed", (video) => video.time > 14 && !video.paused);
    },
  },
  {
    name: "a film begun on one device goes on on another",
    run: async ({ page, base, fixture, open }) => {
      arrange(fixture, { house: houseWithin() });
      await page.goto(`${base}/watch/${films[0].id}`);
      await untilVideo(page, "playing", (video) => !video.paused && video.frames > 3);
      await page.keyboard.press("5");
      await untilVideo(page, "half", (video) => video.time >= 15);
      await page.keyboard.press("k");
      const end = Date.now() + 30_000;
      const told = () => fixture.events.findLast((event) => event.type === "play.pause");
      while (!told() && Date.now() < end) await page.waitForTimeout(50);
      const at = told().position_ms;
      assert.ok(at >= 15_000, `paused at ${at}`);
      fixture.history = [
        { ...begun[0], title_id: films[0].id, position_ms: at, duration_ms: 30_000 },
      ];
      const other = await open();
      try {
        const second = other.page;
        await second.goto(`${base}/title/${films[0].id}`);
        await second.getByRole("link", { name: /Resume at 0:1/ }).click();
        await untilVideo(second, "goes on", (video) => video.time >= at / 1000 && !video.paused);
      } finally {
        await other.close();
      }
    },
  },
  {
    name: "the intro is skipped by one key, and the next episode comes by itself",
    run: async ({ page, base, fixture }) => {
      await holdCountdown(page);
      arrange(fixture, { markers: [{ kind: "intro", start_ms: 0, end_ms: 9000 }] });
      await watchEpisode(page, base, 0, "");
      // The film stands, so that it is the key that leads past the intro, and the button is still there.
      await page.keyboard.press("k");
      await page.getByRole("button", { name: "Skip the intro" }).waitFor();
      await page.keyboard.press("s");
      await untilVideo(page, "after the intro", (video) => video.time >= 9 && video.time < 10);
      await page.keyboard.press("k");
      await page.keyboard.press("9");
      await page.getByText(/Plays in \d+ s/).waitFor();
      await focusOn(page, "Play now");
      await runCountdown(page);
      await onEpisode(page, 1);
      await untilVideo(page, "the second episode", (video) => !video.paused && video.frames > 3);
      await page.goBack();
      assert.notEqual(new URL(page.url()).pathname, `/watch/${episodes[0].id}`);
    },
  },
  {
    name: "the next episode waits where the viewer says so: credits watched, or autoplay off",
    run: async ({ page, base, fixture }) => {
      await holdCountdown(page);
      arrange(fixture);
      await watchEpisode(page, base, 0, "?t=24.9");
      await page.getByRole("button", { name: "Watch the credits" }).click();
      await page.getByRole("button", { name: "Play now" }).waitFor({ state: "detached" });
      await untilVideo(page, "the end", (video) => video.time > 29.5 && video.paused);
      await page.getByRole("button", { name: "Play now" }).waitFor();
      assert.equal(await page.getByText(/Plays in/).count(), 0);
      const house = houseWithin();
      house.profile.autoplay = false;
      arrange(fixture, { house });
      await watchEpisode(page, base, 0, "?t=25");
      await page.getByRole("button", { name: "Play now" }).waitFor();
      assert.equal(await page.getByText(/Plays in/).count(), 0);
      await page.keyboard.press("Enter");
      await onEpisode(page, 1);
    },
  },
  {
    name: "after three episodes that nobody touched the house asks, and a key goes on",
    run: async ({ page, base, fixture, shots }) => {
      await holdCountdown(page);
      arrange(fixture);
      await watchEpisode(page, base, 0, "?t=24.9");
      await runCountdown(page);
      await onEpisode(page, 1);
      // By script: a key would be a sign of life.
      const toEnd = () => page.evaluate(() => (document.querySelector("video").currentTime = 25));
      await untilVideo(page, "second", (video) => !video.paused && video.frames > 3);
      await toEnd();
      await onEpisode(page, 2);
      await untilVideo(page, "third", (video) => !video.paused && video.frames > 3);
      await toEnd();
      await heading(page, "Are you still watching?");
      await page.screenshot({ path: `${shots}/still-watching.png` });
      assert.deepEqual(await axeFindings(page), []);
      await focusOn(page, "Go on");
      await page.keyboard.press("Enter");
      await onEpisode(page, 3);
      await untilVideo(page, "fourth", (video) => !video.paused && video.frames > 3);
    },
  },
  {
    name: "captions are restyled, shown at once and remembered",
    run: async ({ page, base, fixture }) => {
      arrange(fixture);
      await page.goto(`${base}/watch/${films[0].id}`);
      await untilVideo(page, "playing", (video) => !video.paused && video.frames > 3);
      await page.getByRole("button", { name: "Captions" }).waitFor();
      await page.keyboard.press("c");
      await page.keyboard.press("k");
      await page.keyboard.press("2");
      await page.locator(".shaka-text-container", { hasText: /\w/ }).waitFor();
      const look = () =>
        page.evaluate(() => {
          const span = [...document.querySelectorAll(".shaka-text-container span")].at(-1);
          const style = getComputedStyle(span);
          return { colour: style.color, size: parseFloat(style.fontSize) };
        });
      const before = await look();
      await page.getByRole("button", { name: "Captions" }).click();
      await page.getByRole("menuitem", { name: "How captions look" }).click();
      await page.getByRole("button", { name: "Very large" }).click();
      await page.getByRole("button", { name: "Yellow" }).click();
      // The engine may be drawing the caption anew: what counts is what it comes to.
      await page.waitForFunction(() => {
        const spans = [...document.querySelectorAll(".shaka-text-container span")];
        return spans.length > 0 && getComputedStyle(spans.at(-1)).color === "rgb(255, 228, 92)";
      });
      const after = await look();
      assert.ok(after.size > before.size * 1.5, JSON.stringify({ before, after }));
      await page.keyboard.press("Escape");
      await page.goto(`${base}/watch/${films[0].id}?t=5`);
      await untilVideo(page, "playing again", (video) => video.frames > 3);
      await page.locator(".shaka-text-container", { hasText: /\w/ }).waitFor();
      assert.equal((await look()).colour, "rgb(255, 228, 92)");
    },
  },
  {
    name: "speed, chapters, single pictures, pictures on the bar, and what the player measures",
    run: async ({ page, base, fixture }) => {
      const chapters = [
        { start_ms: 0, name: "Morning" },
        { start_ms: 10_000, name: "Noon" },
      ];
      arrange(fixture, { chapters });
      await page.goto(`${base}/watch/${films[0].id}`);
      await untilVideo(page, "playing", (video) => !video.paused && video.frames > 3);
      await page.keyboard.press(">");
      await page.waitForFunction(() => document.querySelector("video").playbackRate === 1.25);
      await page.keyboard.press("]");
      await untilVideo(page, "the second chapter", (video) => video.time >= 10);
      await page.keyboard.press("k");
      const { time } = await untilVideo(page, "paused", (video) => video.paused);
      await page.keyboard.press(".");
      const next = await untilVideo(page, "one picture on", (video) => video.time > time);
      assert.ok(next.time - time < 0.06, `${next.time - time} s`);
      await page.getByRole("slider", { name: "Position" }).focus();
      await page.keyboard.press("ArrowRight");
      const tile = page.locator(".tip .tile");
      await tile.waitFor();
      assert.match(await page.locator(".tip").innerText(), /Noon · 0:\d\d/);
      assert.match(await tile.evaluate((each) => each.style.backgroundPosition), /-160px|-0px|0px/);
      await page.keyboard.press("i");
      await page.getByText(/Mbit\/s/).waitFor();
      await page.getByText(/640 × 360|320 × 180/).waitFor();
    },
  },
];

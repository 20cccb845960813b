// Goal: the pages hold from phone to television, in dark and light, at 200 % text and in forced colours: nothing overflows, axe finds nothing.
import assert from "node:assert/strict";
import { atHome, axeFindings, untilVideo } from "./browser.mjs";
import { cannedState, cannedTitles } from "./fixture_titles.mjs";

const film = cannedTitles()[0];
const looks = [
  ["desktop", {}],
  ["light", { colorScheme: "light" }],
  [
    "phone",
    {
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      hasTouch: true,
    },
  ],
  ["tv", { viewport: { width: 1920, height: 1080 } }],
  ["narrow", { viewport: { width: 320, height: 640 }, colorScheme: "light" }],
  ["forced", { forcedColors: "active" }],
];

async function fits(page, name) {
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll("a, button, input")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        // A row of titles scrolls sideways by itself.
        if (element.closest("ul[data-focus-row]")) return false;
        return box.width > 0 && (box.left < 0 || box.right > innerWidth);
      })
      .map((element) => element.getAttribute("aria-label") ?? element.textContent),
  );
  assert.deepEqual(outside, [], `${name} has controls outside the window`);
}

export const lookTests = looks.map(([look, options]) => ({
  name: look,
  options,
  run: async ({ page, base, fixture, shots }) => {
    Object.assign(fixture, cannedState());
    fixture.history = [
      {
        title_id: cannedTitles()[2].id,
        position_ms: 210_000,
        duration_ms: 600_000,
        watched_at_ms: 1,
        completed: false,
      },
    ];
    await page.goto(base);
    await atHome(page);
    await page.waitForLoadState("networkidle");
    await page.keyboard.press("ArrowDown");
    await fits(page, "list");
    assert.deepEqual(await axeFindings(page), []);
    await page.screenshot({
      path: `${shots}/${look}-list.png`,
      fullPage: look !== "tv",
    });
    await page.goto(`${base}/title/${cannedTitles()[1].id}`);
    await page.getByText("better qualities are being made").waitFor();
    await page.locator("img.shown").waitFor();
    await fits(page, "title");
    assert.deepEqual(await axeFindings(page), []);
    await page.screenshot({ path: `${shots}/${look}-title.png` });
    await page.goto(`${base}/watch/${film.id}`);
    await untilVideo(page, "playing", (video) => video.frames > 30 && video.time > 2);
    await page.keyboard.press("k");
    await fits(page, "watch");
    assert.deepEqual(await axeFindings(page), []);
    await page.screenshot({ path: `${shots}/${look}-watch.png` });
  },
}));

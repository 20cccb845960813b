// Goal: on every page and in every state arrows reach every control, focus is never lost, nothing moves once it shows,
// nothing overflows from phone to television, and axe finds nothing in any theme.
import assert from "node:assert/strict";
import { axeFindings, crawlByArrows, focusLanded, settle } from "./browser.mjs";
import { scenes } from "./scenes.mjs";

const wide = { width: 1280, height: 720 };
/** A window of 1280 pixels at 200 % zoom. */
const zoomed = { width: 640, height: 360 };

const looks = [
  ["dark", { colorScheme: "dark", forcedColors: "none" }, wide],
  ["light", { colorScheme: "light", forcedColors: "none" }, wide],
  ["forced", { colorScheme: "dark", forcedColors: "active" }, wide],
  ["zoomed", { colorScheme: "light", forcedColors: "none" }, zoomed],
  ["tv", { colorScheme: "dark", forcedColors: "none" }, { width: 1920, height: 1080 }],
  ["phone", { colorScheme: "dark", forcedColors: "none" }, { width: 390, height: 844 }],
];

async function fits(page, name) {
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
}

/** Layout shift since the page began, without what followed an input. */
function shifts(page) {
  return page.evaluate(
    () =>
      new Promise((done) => {
        let sum = 0;
        const seen = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
        });
        seen.observe({ type: "layout-shift", buffered: true });
        setTimeout(() => {
          seen.disconnect();
          done(sum);
        }, 100);
      }),
  );
}

export const pageTests = [
  ...scenes.map(({ name, open }) => ({
    name: `${name}: arrows and focus, axe in every theme, no shift`,
    run: async ({ page, base, fixture, shots }) => {
      await open(page, base, fixture);
      await settle(page);
      await focusLanded(page);
      assert.ok((await shifts(page)) < 0.005, `layout shift ${await shifts(page)}`);
      const found = await crawlByArrows(page);
      assert.deepEqual({ missed: found.missed, lost: found.lost }, { missed: [], lost: false });
      assert.ok(found.count >= 1, "no control");
      for (const [look, media, viewport] of looks) {
        await page.emulateMedia(media);
        await page.setViewportSize(viewport);
        await settle(page);
        // To be looked at.
        if (media.colorScheme === "dark" && look !== "forced")
          await page.screenshot({ path: `${shots}/page-${name}-${viewport.width}.png` });
        await fits(page, look);
        if (look === "tv") continue;
        assert.deepEqual(await axeFindings(page), [], look);
      }
    },
  })),
  {
    name: "the billboard's picture is the largest paint of the home page, asked for before all others",
    run: async ({ page, base, fixture }) => {
      await scenes[0].open(page, base, fixture);
      await settle(page);
      const largest = await page.evaluate(
        () =>
          new Promise((done) => {
            // Entries come late and one by one, each larger than the one before.
            let last = {};
            const seen = new PerformanceObserver((list) => {
              const { element, startTime } = list.getEntries().at(-1);
              last = { tag: element?.tagName, asked: element?.fetchPriority, ms: startTime };
              if (last.tag === "IMG") done(last);
            });
            seen.observe({ type: "largest-contentful-paint", buffered: true });
            setTimeout(() => done(last), 10_000);
          }),
      );
      assert.deepEqual({ ...largest, ms: 0 }, { tag: "IMG", asked: "high", ms: 0 });
      console.log(`        largest paint after ${Math.round(largest.ms)} ms`);
    },
  },
];

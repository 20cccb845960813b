// Debian's Chromium for the tests: one browser, fresh contexts of it, and what tests ask of a page.
import { axeSource, chromium } from "./modules.mjs";

const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  "--mute-audio",
];

/** For a machine that also builds: what a step may take before it counts as never. */
export const kWaitMs = 60_000;

/** One browser; `open` gives a context of its own, with one page, that shares nothing with the others. */
export async function startBrowser() {
  let browser = null;
  const running = async () => {
    if (browser?.isConnected()) return browser;
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      headless: true,
      args,
    });
    return browser;
  };
  return {
    open: async (options = {}) => {
      const context = await (
        await running()
      ).newContext({
        viewport: { width: 1280, height: 720 },
        colorScheme: "dark",
        reducedMotion: "reduce",
        ...options,
      });
      context.setDefaultTimeout(kWaitMs);
      const page = await context.newPage();
      return { context, page, close: () => context.close() };
    },
    close: async () => browser?.close(),
  };
}

/** Waits for the home page's foot: everything above it is there. */
export async function atHome(page) {
  await page.getByRole("link", { name: "All titles" }).waitFor();
}

/** Waits until focus is on the element of that id, label or text: keys typed before it has landed would be lost. */
export async function focusOn(page, wanted) {
  await page.waitForFunction((name) => {
    const { activeElement: element } = document;
    return [
      element?.id,
      element?.getAttribute("aria-label"),
      element?.textContent?.trim(),
    ].includes(name);
  }, wanted);
}

/** Waits until something other than the page itself has focus. */
export async function focusLanded(page) {
  await page.waitForFunction(() => ![null, document.body].includes(document.activeElement));
}

/** Waits until pictures in the window are there and transitions are over. */
export async function settle(page) {
  await page.evaluate(async () => {
    const seen = [...document.images].filter((image) => {
      const box = image.getBoundingClientRect();
      return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    });
    await Promise.allSettled(seen.map((image) => image.decode()));
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((each) => each.effect?.getComputedTiming().iterations !== Infinity)
        .map((each) => each.finished),
    );
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

/** What axe-core finds in the page as it is, as readable lines; an empty list is a pass. */
export async function axeFindings(page) {
  // axe-core judges opacity: let running transitions end.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((a) => a.effect?.getComputedTiming().iterations !== Infinity)
        .map((a) => a.finished),
    ),
  );
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const result = await globalThis.axe.run(document, {
      resultTypes: ["violations"],
    });
    return result.violations.flatMap((violation) =>
      violation.nodes.map(
        (node) => `${violation.id}: ${node.target.join(" ")}: ${node.failureSummary}`,
      ),
    );
  });
}

/** Puts the controls that arrows lead to into `crawled`; answers their names and which of them has focus. */
function listControls(page) {
  return page.evaluate(() => {
    const scopes = document.querySelectorAll("[data-focus-scope]");
    const scope = scopes[scopes.length - 1] ?? document;
    const controls = [
      ...scope.querySelectorAll(
        "a[href], button:not([tabindex='-1']), input, select, [tabindex='0']",
      ),
    ].filter((element) => {
      const box = element.getBoundingClientRect();
      return (
        !element.disabled &&
        box.width > 0 &&
        box.height > 0 &&
        getComputedStyle(element).visibility !== "hidden"
      );
    });
    globalThis.crawled = controls;
    return {
      names: controls.map(
        (element) => element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40),
      ),
      focused: controls.indexOf(document.activeElement),
    };
  });
}

const kArrows = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"];

/**
 * Presses every arrow on those controls of `open`, and on those that they lead to. To links and buttons an arrow means
 * nothing by itself, so there the page's own handlers are called, without a journey to the browser for each; what has
 * arrows of its own (`fields`) is left for real keys.
 */
function crawlButtons(page, reached, open) {
  return page.evaluate(
    async ({ keys, reached: before, open }) => {
      const reached = new Set(before);
      const fields = [];
      const { port1, port2 } = new MessageChannel();
      const turn = () =>
        new Promise((done) => {
          port2.onmessage = done;
          port1.postMessage(null);
        });
      let lost = false;
      while (open.length > 0 && !lost) {
        const from = open.pop();
        const element = globalThis.crawled[from];
        if (!element.matches("a, button")) {
          fields.push(from);
          continue;
        }
        for (const key of keys) {
          element.focus();
          const press = { key, code: key, bubbles: true, cancelable: true };
          for (const type of ["keydown", "keyup"])
            document.activeElement.dispatchEvent(new KeyboardEvent(type, press));
          await turn();
          const to = globalThis.crawled.indexOf(document.activeElement);
          if (to < 0) lost = true;
          else if (!reached.has(to)) {
            reached.add(to);
            open.push(to);
          }
        }
      }
      return { reached: [...reached], fields, lost };
    },
    { keys: kArrows, reached: [...reached], open },
  );
}

/**
 * Presses arrow keys from every control that arrows lead to, beginning where focus is. Returns the names of controls that
 * exist and were not reached, and whether focus was ever on the body.
 */
export async function crawlByArrows(page) {
  const first = await listControls(page);
  const reached = new Set([first.focused]);
  let open = [first.focused];
  let lost = first.focused < 0;
  while (open.length > 0 && !lost) {
    const found = await crawlButtons(page, reached, open);
    for (const each of found.reached) reached.add(each);
    lost = found.lost;
    open = [];
    for (const from of found.fields) {
      for (const key of kArrows) {
        await page.evaluate((index) => globalThis.crawled[index].focus(), from);
        await page.keyboard.press(key);
        const to = await page.evaluate(() => globalThis.crawled.indexOf(document.activeElement));
        if (to < 0) lost = true;
        else if (!reached.has(to)) {
          reached.add(to);
          open.push(to);
        }
      }
    }
  }
  return {
    missed: first.names.filter((_, index) => !reached.has(index)),
    lost,
    count: first.names.length,
  };
}

/** Mean brightness 0..255 and the spread of a PNG screenshot, measured by the browser itself. */
export async function brightness(context, png) {
  const page = await context.newPage();
  try {
    return await page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(64, 36);
      const paint = canvas.getContext("2d");
      paint.drawImage(image, 0, 0, 64, 36);
      const { data: pixels } = paint.getImageData(0, 0, 64, 36);
      let sum = 0;
      const seen = new Set();
      for (let at = 0; at < pixels.length; at += 4) {
        sum += (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3;
        seen.add((pixels[at] >> 4) * 256 + (pixels[at + 1] >> 4) * 16 + (pixels[at + 2] >> 4));
      }
      return { mean: sum / (pixels.length / 4), colours: seen.size };
    }, png.toString("base64"));
  } finally {
    await page.close();
  }
}

/** What the video element says of itself. */
export function videoFacts(page) {
  return page.evaluate(() => {
    const video = document.querySelector("video");
    if (!video) return null;
    const quality = video.getVideoPlaybackQuality();
    return {
      time: video.currentTime,
      paused: video.paused,
      height: video.videoHeight,
      muted: video.muted,
      volume: video.volume,
      frames: quality.totalVideoFrames,
      dropped: quality.droppedVideoFrames,
      source: video.currentSrc,
    };
  });
}

/** Waits until `test` holds for the video's facts. */
export async function untilVideo(page, what, test, waitMs = kWaitMs) {
  const end = Date.now() + waitMs;
  for (;;) {
    const facts = await videoFacts(page);
    if (facts && test(facts)) return facts;
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(facts)}`);
    await page.waitForTimeout(50);
  }
}

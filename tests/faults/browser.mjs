// The real web app in Chromium, watching while roles die; notes what a viewer would have noticed.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "web/package.json"));
export const kChromiumFlags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--mute-audio"];

/** A page of a fresh Chromium: {context, page, close()}. */
export async function openChromium(size = { width: 1280, height: 720 }) {
  const { chromium } = require("playwright-core");
  const folder = mkdtempSync(join(tmpdir(), "matinee-chromium-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: "/usr/bin/chromium", headless: true, args: kChromiumFlags, viewport: size });
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, page, close: async () => { await context.close(); rmSync(folder, { recursive: true, force: true }); } };
}

export class BrowserViewer {
  static async start(url, title) {
    const viewer = new BrowserViewer();
    viewer.chromium = await openChromium();
    viewer.page = viewer.chromium.page;
    await viewer.page.addInitScript(() => {
      window.__watch = { played_s: 0, waiting: 0, fatal: 0, last: null };
      setInterval(() => {
        const video = document.querySelector("video");
        if (!video) return;
        const { last } = window.__watch;
        if (last !== null && video.currentTime > last && video.currentTime - last < 3) window.__watch.played_s += video.currentTime - last;
        if (video.ended) { video.currentTime = 0; video.play(); window.__watch.last = 0; return; }
        if (!video.paused && video.readyState < 3 && last === video.currentTime) window.__watch.waiting += 1;
        window.__watch.last = video.currentTime;
        if (document.querySelector("[data-fatal-error]")) window.__watch.fatal += 1;
      }, 250);
    });
    viewer.errors = [];
    viewer.page.on("pageerror", (error) => viewer.errors.push(error.message));
    viewer.url = `${url}/watch/${title}`;
    await viewer.page.goto(viewer.url);
    await viewer.page.waitForFunction(() => document.querySelector("video")?.currentTime > 0.5, null, { timeout: 30000 });
    return viewer;
  }

  async finish() {
    const watch = await this.page.evaluate(() => window.__watch);
    await this.chromium.close();
    return { played_s: Math.round(watch.played_s), stalled_s: watch.waiting * 0.25, fatal_errors: watch.fatal, errors: this.errors };
  }
}

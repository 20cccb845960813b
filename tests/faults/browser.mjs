// The real web app in Chromium, watching while roles die; notes what a viewer would have noticed.
import { startBrowser } from "../browser/browser.mjs";

export class BrowserViewer {
  static async start(url, title, cookie) {
    const viewer = new BrowserViewer();
    viewer.browser = await startBrowser();
    const { context, page } = await viewer.browser.open();
    viewer.page = page;
    await viewer.page.addInitScript(() => {
      window.__watch = { played_s: 0, waiting: 0, fatal: 0, last: null };
      setInterval(() => {
        if (document.querySelector("[data-fatal-error]")) window.__watch.fatal += 1;
        const video = document.querySelector("video");
        if (!video) return;
        const { last } = window.__watch;
        if (last !== null && video.currentTime > last && video.currentTime - last < 3) window.__watch.played_s += video.currentTime - last;
        if (video.ended) { video.currentTime = 0; video.play(); window.__watch.last = 0; return; }
        if (!video.paused && video.readyState < 3 && last === video.currentTime) window.__watch.waiting += 1;
        window.__watch.last = video.currentTime;
      }, 250);
    });
    const [name, value] = cookie.split("=");
    await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
    viewer.errors = [];
    viewer.page.on("pageerror", (error) => viewer.errors.push(error.message));
    viewer.url = `${url}/watch/${title}`;
    await viewer.page.goto(viewer.url);
    await viewer.page.waitForFunction(() => document.querySelector("video")?.currentTime > 0.5, null, { timeout: 30000 });
    return viewer;
  }

  async finish() {
    const watch = await this.page.evaluate(() => window.__watch);
    await this.browser.close();
    return { played_s: Math.round(watch.played_s), stalled_s: watch.waiting * 0.25, fatal_errors: watch.fatal, errors: this.errors };
  }
}

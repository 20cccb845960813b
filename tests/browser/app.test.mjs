// Goal: a person finds a film, watches it, steers it by mouse and keys, and comes back to where they left, in any house.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  atHome,
  axeFindings,
  brightness,
  crawlByArrows,
  focusLanded,
  focusOn,
  untilVideo,
  videoFacts,
} from "./browser.mjs";

const kPlayableMs = 90_000;

/** The shortest playable film of at least 20 s; waits while the house still encodes. */
async function shortFilm(base) {
  const end = Date.now() + kPlayableMs;
  for (;;) {
    const { titles } = await (await fetch(`${base}/v1/titles?limit=100`)).json();
    const films = titles.filter((title) => title.playable && title.duration_ms >= 20_000);
    if (films.length > 0) return films.sort((a, b) => a.duration_ms - b.duration_ms)[0];
    if (Date.now() > end) throw new Error(`no film became playable: ${JSON.stringify(titles)}`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** A film with everything that it will have, captions among it; null in a house without any. */
async function captionedFilm(base) {
  for (const end = Date.now() + kPlayableMs; Date.now() < end;) {
    const { titles } = await (await fetch(`${base}/v1/titles?limit=100`)).json();
    const ready = titles.filter((title) => title.state === "ready" && title.duration_ms >= 20_000);
    for (const { id } of ready) {
      const film = await (await fetch(`${base}/v1/titles/${id}`)).json();
      if (film.captions?.length > 0) return film;
    }
    await new Promise((done) => setTimeout(done, 500));
  }
  return null;
}

async function watch({ page, base }, query = "", film = null) {
  film ??= await shortFilm(base);
  await page.goto(`${base}/watch/${film.id}${query}`);
  await untilVideo(
    page,
    "playing",
    (video) => !video.paused && video.frames > 10 && video.time > 0.5,
  );
  return film;
}

/** Pauses, so that the controls stay. */
async function hold(page) {
  await page.evaluate(() => document.querySelector("video").pause());
  await page.locator(".room:not(.hidden)").waitFor();
}

/** Once focus has landed: a page that is still coming up has none yet. */
async function crawl(page) {
  await focusLanded(page);
  return crawlByArrows(page);
}

const onPicture = (page) =>
  page.waitForFunction(() => document.activeElement?.className === "picture");

export const appTests = [
  {
    name: "the committed OpenAPI document is the one that is served",
    browser: false,
    run: async ({ base, canned, skip }) => {
      if (canned) skip("canned answers describe nothing");
      const served = await (await fetch(`${base}/openapi.json`)).json();
      const committed = JSON.parse(
        readFileSync(new URL("../../web/openapi.json", import.meta.url), "utf8"),
      );
      const mend = "write the served one to web/openapi.json and run `npm run generate` in web/";
      assert.deepEqual(committed.paths, served.paths, mend);
      assert.deepEqual(committed.components, served.components, mend);
    },
  },
  {
    name: "the list leads to a film's page and to the film, and back returns focus",
    run: async ({ page, base, shots }) => {
      const film = await shortFilm(base);
      await page.goto(base);
      const card = page.locator(`main a[href="/title/${film.id}"]`).first();
      await card.waitFor();
      const section = page
        .locator("main section")
        .filter({ has: page.locator(`a[href="/title/${film.id}"]`) })
        .first();
      assert.match(
        await section.innerText(),
        new RegExp(film.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")),
      );
      await page.screenshot({ path: `${shots}/app-list.png` });
      assert.deepEqual(await axeFindings(page), []);
      await card.focus();
      await page.keyboard.press("Enter");
      await page.locator("h1", { hasText: film.name }).waitFor();
      const play = page.locator(`a[href="/watch/${film.id}"]`);
      await play.waitFor();
      await page.waitForFunction(
        (href) => document.activeElement?.getAttribute("href") === href,
        `/watch/${film.id}`,
      );
      await page.screenshot({ path: `${shots}/app-title.png` });
      assert.deepEqual(await axeFindings(page), []);
      await page.goBack();
      await card.waitFor();
      await page.waitForFunction(
        (href) => document.activeElement?.getAttribute("href") === href,
        `/title/${film.id}`,
      );
      await page.goForward();
      await play.click();
      await untilVideo(
        page,
        "playing after a click",
        (video) => !video.paused && video.frames > 10,
      );
    },
  },
  ...["hls", "dash"].map((format) => ({
    name: `${format} plays by Media Source Extensions with a picture that moves`,
    run: async ({ page, context, base, shots }) => {
      await watch({ page, base }, format === "dash" ? "?format=dash" : "");
      const first = await videoFacts(page);
      assert.match(first.source, /^blob:/);
      const later = await untilVideo(
        page,
        "time goes on",
        (video) => video.time > first.time + 1.5 && video.frames > first.frames + 20,
      );
      assert.ok(later.frames - later.dropped > 10, JSON.stringify(later));
      await page.waitForFunction(() => document.querySelector(".room.hidden"));
      const shot = await page.screenshot({
        path: `${shots}/app-watch-${format}.png`,
      });
      const { mean, colours } = await brightness(context, shot);
      assert.ok(mean > 8 && colours > 3, `the picture is black: mean ${mean}, ${colours} colours`);
      await hold(page);
      assert.deepEqual(await axeFindings(page), []);
    },
  })),
  {
    name: "seeking by pointer, by keys and to a tenth shows the picture there",
    run: async ({ page, base }) => {
      const film = await watch({ page, base });
      const seconds = film.duration_ms / 1000;
      const bar = page.getByRole("slider", { name: "Position" });
      const box = await bar.boundingBox();
      await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2);
      assert.match(await page.locator(".tip").innerText(), /^\d+:\d\d/);
      await page.mouse.down();
      await page.mouse.up();
      const near = (want) => (video) => Math.abs(video.time - want) < 4;
      await untilVideo(page, "half", near(seconds / 2));
      await page.keyboard.press("2");
      await untilVideo(page, "two tenths", near(seconds * 0.2));
      await page.keyboard.press("l");
      await untilVideo(page, "10 s on", near(seconds * 0.2 + 10));
      await page.keyboard.press("j");
      await untilVideo(page, "10 s back", near(seconds * 0.2));
      const { frames } = await videoFacts(page);
      await untilVideo(
        page,
        "pictures after the seek",
        (video) => video.frames > frames + 10 && !video.paused,
      );
    },
  },
  {
    name: "the quality menu holds the rungs, keeps the chosen one and closes by Escape",
    run: async ({ page, base, shots }) => {
      await watch({ page, base });
      await hold(page);
      const button = page.getByRole("button", { name: "Quality" });
      await button.click();
      const items = page.getByRole("menuitemradio");
      assert.match(await items.first().innerText(), /Automatic/);
      const rungs = await items.allInnerTexts();
      assert.ok(rungs.length >= 2, rungs.join());
      assert.deepEqual(await axeFindings(page), []);
      await page.screenshot({ path: `${shots}/app-quality.png` });
      const lowest = rungs.at(-1).trim();
      await items.last().click();
      await focusOn(page, "Quality");
      await page.keyboard.press("k");
      await untilVideo(
        page,
        `playing at ${lowest}`,
        (video) => `${video.height}p` === lowest && !video.paused,
      );
      await button.click();
      assert.equal(
        await page
          .getByRole("menuitemradio", { checked: true })
          .innerText()
          .then((text) => text.trim()),
        lowest,
      );
      await page.keyboard.press("Escape");
      await items.first().waitFor({ state: "detached" });
    },
  },
  {
    name: "captions show when chosen, and C takes them away and brings them back",
    run: async ({ page, base, shots, skip }) => {
      const film = await captionedFilm(base);
      if (film === null) skip("no film has captions");
      await watch({ page, base }, "", film);
      await hold(page);
      const button = page.getByRole("button", { name: "Captions" });
      await button.click();
      await page.getByRole("menuitemradio").nth(1).click();
      // Paused first: a caption that stands somewhere in the film would otherwise be played past on a slow machine.
      // By the element: a key would start a film anew that has come to its end meanwhile.
      await page.evaluate(() => document.querySelector("video").pause());
      const shown = page.locator(".shaka-text-container", { hasText: /\w/ });
      for (const tenth of ["1", "2", "3", "4", "5", "6", "7", "8"]) {
        await page.keyboard.press(tenth);
        const stands = await shown.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
        if (stands) break;
      }
      await shown.waitFor();
      const placed = await page.evaluate(() => {
        const text = document.querySelector(".shaka-text-container span").getBoundingClientRect();
        const bar = document.querySelector("[data-seek]").getBoundingClientRect();
        return {
          low: text.top > innerHeight / 2,
          free: text.bottom <= bar.top,
        };
      });
      assert.deepEqual(placed, { low: true, free: true });
      await page.screenshot({ path: `${shots}/app-captions.png` });
      await page.keyboard.press("c");
      await shown.waitFor({ state: "detached" });
      await page.keyboard.press("c");
      await shown.waitFor();
    },
  },
  {
    name: "keys pause, mute, change the volume and help; the picture takes arrows",
    run: async ({ page, base }) => {
      await watch({ page, base });
      await page.keyboard.press("k");
      await untilVideo(page, "paused", (video) => video.paused);
      await page.keyboard.press("m");
      await untilVideo(page, "muted", (video) => video.muted);
      await page.keyboard.press("m");
      await page.keyboard.press("Escape");
      await onPicture(page);
      await page.keyboard.press("ArrowDown");
      await untilVideo(page, "quieter", (video) => Math.abs(video.volume - 0.9) < 0.01);
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await onPicture(page);
      await page.keyboard.press("Enter");
      await focusOn(page, "Play");
      await page.keyboard.press("Enter");
      await untilVideo(page, "playing again", (video) => !video.paused);
    },
  },
  {
    name: "arrow keys reach every control of every page and never lose focus",
    run: async ({ page, base }) => {
      const film = await shortFilm(base);
      await page.goto(base);
      await page.locator(`main a[href="/title/${film.id}"]`).first().waitFor();
      const pages = [["list", await crawl(page)]];
      await page.goto(`${base}/title/${film.id}`);
      await page.locator(`a[href="/watch/${film.id}"]`).waitFor();
      pages.push(["title", await crawl(page)]);
      await page.goto(`${base}/nowhere/at/all`);
      await page.getByRole("heading").waitFor();
      pages.push(["missing", await crawl(page)]);
      await watch({ page, base });
      await hold(page);
      pages.push(["watch", await crawl(page)]);
      await page.getByRole("button", { name: "Quality" }).click();
      pages.push(["menu", await crawl(page)]);
      for (const [name, found] of pages) {
        assert.deepEqual(
          { name, missed: found.missed, lost: found.lost },
          { name, missed: [], lost: false },
        );
        assert.ok(found.count >= 1, `${name} has no control`);
      }
    },
  },
  {
    name: "a film goes on where it was left, and its events say so",
    run: async ({ page, base, canned, skip }) => {
      if (canned) skip("canned answers keep no history");
      const film = await watch({ page, base });
      const sent = [];
      page.on("response", (response) => {
        if (response.url().endsWith("/v1/events"))
          sent.push({
            status: response.status(),
            body: response.request().postDataJSON(),
          });
      });
      await page.keyboard.press("4");
      const left = await untilVideo(
        page,
        "at four tenths",
        (video) => video.time > (film.duration_ms / 1000) * 0.4 + 1,
      );
      await page.keyboard.press("k");
      const until = Date.now() + 15_000;
      while (
        !sent.some(
          ({ status, body }) =>
            status === 202 && body.events.some((event) => event.type === "play.pause"),
        )
      ) {
        assert.ok(
          Date.now() < until,
          `no pause was acknowledged: ${JSON.stringify(sent.map(({ status }) => status))}`,
        );
        await page.waitForTimeout(50);
      }
      const known = () =>
        page.evaluate(async (id) => {
          const { items } = await (await fetch("/v1/history")).json();
          return items.some((item) => item.title_id === id);
        }, film.id);
      while (!(await known())) {
        assert.ok(Date.now() < until, "the history does not know the film");
        await page.waitForTimeout(50);
      }
      await page.goto(`${base}/title/${film.id}`);
      await page.getByRole("link", { name: /Resume at/ }).click();
      const again = await untilVideo(
        page,
        "playing again",
        (video) => !video.paused && video.frames > 5,
      );
      assert.ok(
        Math.abs(again.time - left.time) < 5,
        `left at ${left.time}, went on at ${again.time}`,
      );
      await page.goto(base);
      await page.getByRole("heading", { name: "Continue watching" }).waitFor();
    },
  },
  {
    name: "an address that leads nowhere says so and offers the way back",
    run: async ({ page, base }) => {
      await page.goto(`${base}/title/0193a999999999999999999999999999`);
      await page.getByRole("heading", { name: "This film is not here" }).waitFor();
      await focusLanded(page);
      assert.deepEqual(await axeFindings(page), []);
      await page.keyboard.press("Enter");
      await atHome(page);
    },
  },
];

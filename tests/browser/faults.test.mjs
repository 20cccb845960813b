// Goal: what breaks behind the page costs the viewer neither the film nor the place in it, and the page says what happens.
import assert from "node:assert/strict";
import { atHome, axeFindings, focusLanded, focusOn, untilVideo, videoFacts } from "./browser.mjs";
import { cannedState, cannedTitles } from "./fixture_titles.mjs";

function reset(fixture) {
  Object.assign(fixture, cannedState());
}

const film = cannedTitles()[0];

async function watch({ page, base }) {
  await page.goto(`${base}/watch/${film.id}`);
  return untilVideo(page, "playing", (video) => !video.paused && video.frames > 10);
}

async function until(what, test, waitMs = 60_000) {
  const end = Date.now() + waitMs;
  while (!test()) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export const faultTests = [
  {
    name: "a play start that meets 503 is repeated under one key",
    run: async ({ page, base, fixture }) => {
      reset(fixture);
      fixture.playFaults = 3;
      await watch({ page, base });
      assert.equal(fixture.keys.length, 4);
      assert.equal(new Set(fixture.keys).size, 1);
      assert.match(fixture.keys[0], /^[0-9a-f]{12}7[0-9a-f]{19}$/);
    },
  },
  {
    name: "a film's page makes the play ready, and Play takes that one without another start",
    run: async ({ page, base, fixture }) => {
      reset(fixture);
      const notes = [];
      page.on("console", (message) => notes.push(message.text()));
      await page.goto(`${base}/title/${film.id}`);
      await until("the play is made ready", () => fixture.keys.length === 1);
      await page.waitForLoadState("networkidle");
      await page.getByRole("link", { name: "Play" }).click();
      await untilVideo(page, "playing", (video) => !video.paused && video.frames > 10);
      assert.equal(fixture.keys.length, 1);
      assert.deepEqual(notes, []);
    },
  },
  {
    name: "the player's scripts are fetched again when the connection broke",
    run: async ({ page, base, fixture }) => {
      reset(fixture);
      fixture.scriptFaults = 3;
      await watch({ page, base });
      assert.equal(fixture.scriptFaults, 0);
    },
  },
  {
    name: "media away: the page says reconnecting, and goes on where it stopped",
    run: async ({ page, base, fixture }) => {
      reset(fixture);
      await page.goto(`${base}/watch/${film.id}`);
      await untilVideo(page, "first pictures", (video) => video.frames > 0);
      // Far ahead of what may be buffered, so that the outage is felt.
      fixture.media = "reset";
      await page.evaluate(() => document.querySelector("video").pause());
      await page.evaluate(() => (document.querySelector("video").currentTime = 27));
      await page.locator(".status.shown", { hasText: "Reconnecting" }).waitFor();
      assert.deepEqual(await axeFindings(page), []);
      fixture.media = "up";
      await page.locator(".status.shown").waitFor({ state: "detached" });
      const still = (video) => video.paused && video.time >= 27 && video.time < 27.5;
      await untilVideo(page, "still there", still);
      await page.keyboard.press("k");
      await untilVideo(page, "goes on", (video) => video.time > 27.2);
      await until("an error event", () =>
        fixture.events.some(
          (event) => event.type === "play.error" && event.payload.severity === "recoverable",
        ),
      );
    },
  },
  {
    name: "a refused media path is renewed by a new play at the same place",
    run: async ({ page, base, fixture }) => {
      reset(fixture);
      await watch({ page, base });
      await page.evaluate(() => document.querySelector("video").pause());
      fixture.token++;
      await page.evaluate(() => (document.querySelector("video").currentTime = 26));
      await until("a second play", () => fixture.keys.length === 2);
      const held = await untilVideo(
        page,
        "still paused, with data",
        (video) => video.paused && video.time >= 26 && video.height > 0,
      );
      assert.ok(held.time < 26.5, JSON.stringify(held));
      await page.keyboard.press("k");
      await untilVideo(page, "goes on", (video) => video.time > 26.2);
    },
  },
  {
    name: "every event carries its envelope, numbers go on over a reload, and the play is told from attempt to end",
    run: async ({ page, base, fixture }) => {
      reset(fixture);
      await watch({ page, base });
      await page.keyboard.press("k");
      await untilVideo(page, "paused", (video) => video.paused);
      await page.keyboard.press("k");
      await page.keyboard.press("9");
      await untilVideo(page, "the end", (video) => video.time > 29.5 && video.paused);
      await until("the end event", () => fixture.events.some((event) => event.type === "play.end"));
      const types = fixture.events.map((event) => event.type);
      for (const type of [
        "play.attempt",
        "play.start",
        "play.pause",
        "play.resume",
        "play.seek",
        "play.end",
      ]) {
        assert.ok(types.includes(type), `${type} is missing in ${types.join()}`);
      }
      await page.reload();
      await untilVideo(page, "playing again", (video) => video.frames > 5);
      await until(
        "a second start",
        () => fixture.events.filter((event) => event.type === "play.start").length >= 2,
      );
      const numbers = fixture.events.map((event) => event.session_seq);
      const ids = new Map(fixture.events.map((event) => [event.session_seq, event.id]));
      assert.equal(new Set(ids.values()).size, new Set(numbers).size, "one number, one event");
      for (const event of fixture.events) {
        assert.match(event.id, /^[0-9a-f]{12}7[0-9a-f]{19}$/);
        assert.equal(event.schema_version, 1);
        assert.equal(event.title_id, film.id);
        assert.match(event.play_id, /^[0-9a-f]{32}$/);
        assert.ok(Number.isInteger(event.t_client_ms) && Number.isInteger(event.t_mono_ms));
        assert.ok(event.position_ms >= 0 && event.consent.essential === true);
      }
    },
  },
  {
    name: "API away: the list says so, keeps trying and comes up by itself",
    run: async ({ page, base, fixture, shots }) => {
      reset(fixture);
      fixture.api = 503;
      await page.goto(base);
      await page.getByRole("heading", { name: "The cinema is closed for a moment" }).waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.screenshot({ path: `${shots}/fault-list.png` });
      await focusOn(page, "Try again");
      fixture.api = 0;
      await atHome(page);
      await focusLanded(page);
    },
  },
  {
    name: "a play that cannot start ends in a page that helps, and trying again plays",
    run: async ({ page, base, fixture, shots }) => {
      reset(fixture);
      fixture.api = 500;
      await page.goto(`${base}/watch/${film.id}`);
      await page.getByRole("heading", { name: "The film stopped" }).waitFor();
      await page.locator("[data-fatal-error]").waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.screenshot({ path: `${shots}/fault-watch.png` });
      fixture.api = 0;
      await focusOn(page, "Try again");
      await page.keyboard.press("Enter");
      await untilVideo(page, "playing", (video) => !video.paused && video.frames > 10);
    },
  },
  {
    name: "resume opens at the place, and a finished encode shows without a reload",
    run: async ({ page, base, fixture }) => {
      reset(fixture);
      fixture.history = [
        {
          title_id: film.id,
          position_ms: 14_000,
          duration_ms: 30_000,
          watched_at_ms: 1,
          completed: false,
        },
      ];
      await page.goto(base);
      await page.getByRole("heading", { name: "Continue watching" }).waitFor();
      await page.getByText("Improving 43\u00a0%").waitFor();
      fixture.titles[1] = { ...fixture.titles[1], state: "ready", progress: 1 };
      await page.getByText("Improving 43\u00a0%").waitFor({ state: "detached" });
      await page.getByRole("link", { name: "Resume", exact: true }).click();
      await untilVideo(
        page,
        "resumed",
        (video) => video.time > 14 && video.time < 20 && !video.paused,
      );
      assert.ok((await videoFacts(page)).time >= 14);
    },
  },
  {
    name: "an empty library tells how films come in",
    run: async ({ page, base, fixture, shots }) => {
      reset(fixture);
      fixture.titles = [];
      await page.goto(base);
      await page.getByText("matinee add").waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.screenshot({ path: `${shots}/empty.png` });
    },
  },
];

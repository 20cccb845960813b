// Every page and state of the app, each as a way to bring it up in the fixture's house.
import { untilVideo } from "./browser.mjs";
import { cannedHouse } from "./fixture_house.mjs";
import { cannedEpisodes, cannedState, cannedTitles } from "./fixture_titles.mjs";

const films = cannedTitles();
const [film, , lanterns] = films;
const show = films[8];
const episode = cannedEpisodes()[0];

export const begun = [
  {
    title_id: lanterns.id,
    position_ms: 210_000,
    duration_ms: 600_000,
    watched_at_ms: 2,
    completed: false,
  },
  {
    title_id: episode.id,
    position_ms: 12_000,
    duration_ms: 30_000,
    watched_at_ms: 1,
    completed: false,
  },
];

/** A house whose owner has signed in, and whose first profile watches. */
export function houseWithin(more = {}) {
  const house = { ...cannedHouse(), ...more };
  house.account = house.accounts[0];
  house.profile = house.profiles[more.who ?? 0];
  return house;
}

/** The fixture as it is at first, with changes. */
export function arrange(fixture, more = {}) {
  Object.assign(fixture, cannedState(), more);
}

const heading = (page, name) => page.getByRole("heading", { name, exact: true }).first().waitFor();

async function playing(page, base, id, query = "") {
  await page.goto(`${base}/watch/${id}${query}`);
  await untilVideo(page, "playing", (video) => !video.paused && video.frames > 5);
}

async function held(page) {
  await page.evaluate(() => document.querySelector("video").pause());
  await page.locator(".room:not(.hidden)").waitFor();
}

// Long enough that an arrow on the seek bar stays within.
const intro = { kind: "intro", start_ms: 0, end_ms: 28_000 };
const credits = { kind: "credits", start_ms: 1000, end_ms: 30_000 };
const chapters = [
  { start_ms: 0, name: "Morning" },
  { start_ms: 10_000, name: "Noon" },
  { start_ms: 20_000, name: "Night" },
];

/** name, what the fixture holds, how the page comes up. */
export const scenes = [
  [
    "home",
    { history: begun, house: houseWithin },
    async (page, base) => {
      await page.goto(base);
      await page.getByRole("link", { name: "All titles" }).waitFor();
    },
  ],
  [
    "home-new",
    {},
    async (page, base) => {
      await page.goto(base);
      await page.getByRole("link", { name: "All titles" }).waitFor();
    },
  ],
  [
    "home-empty",
    { titles: [], house: houseWithin },
    async (page, base) => {
      await page.goto(base);
      await page.getByText("matinee add").waitFor();
    },
  ],
  [
    "home-empty-kids",
    { titles: [], house: () => houseWithin({ who: 2 }) },
    async (page, base) => {
      await page.goto(base);
      await heading(page, "No films yet");
    },
  ],
  [
    "home-away",
    { api: 503 },
    async (page, base) => {
      await page.goto(base);
      await heading(page, "The cinema is closed for a moment");
    },
  ],
  [
    "search",
    {},
    async (page, base) => {
      await page.goto(`${base}/search`);
      await page.getByRole("searchbox").waitFor();
    },
  ],
  [
    "search-found",
    {},
    async (page, base) => {
      await page.goto(`${base}/search?q=d`);
      await page.getByText("found").first().waitFor();
    },
  ],
  [
    "search-nothing",
    {},
    async (page, base) => {
      await page.goto(`${base}/search?q=zzz`);
      await page.getByText("Nothing found").waitFor();
    },
  ],
  [
    "list",
    {},
    async (page, base) => {
      await page.goto(`${base}/list`);
      await page.getByText("9 titles").waitFor();
    },
  ],
  [
    "list-genre",
    {},
    async (page, base) => {
      await page.goto(`${base}/list?genre=Drama`);
      await heading(page, "Drama");
      await page.getByText("titles").first().waitFor();
    },
  ],
  [
    "list-empty",
    {},
    async (page, base) => {
      await page.goto(`${base}/list?genre=Western`);
      await heading(page, "Nothing here");
    },
  ],
  [
    "title",
    { history: begun },
    async (page, base) => {
      await page.goto(`${base}/title/${film.id}`);
      await heading(page, "Cast");
    },
  ],
  [
    "title-show",
    { history: begun, house: houseWithin },
    async (page, base) => {
      await page.goto(`${base}/title/${show.id}`);
      await heading(page, "Episodes");
    },
  ],
  [
    "title-making",
    {},
    async (page, base) => {
      await page.goto(`${base}/title/${films[4].id}`);
      await page.getByText("Being prepared").waitFor();
    },
  ],
  [
    "title-gone",
    {},
    async (page, base) => {
      await page.goto(`${base}/title/0193a999999999999999999999999999`);
      await heading(page, "This film is not here");
    },
  ],
  [
    "missing",
    {},
    async (page, base) => {
      await page.goto(`${base}/nowhere/at/all`);
      await heading(page, "Nothing is showing here");
    },
  ],
  [
    "claim",
    { house: () => ({ ...cannedHouse(), accounts: [] }) },
    async (page, base) => {
      await page.goto(`${base}/claim#claim-token`);
      await heading(page, "Open the house");
    },
  ],
  [
    "claim-none",
    { house: () => ({ ...cannedHouse(), accounts: [] }) },
    async (page, base) => {
      await page.goto(base);
      await heading(page, "This house has no owner yet");
    },
  ],
  [
    "claim-done",
    { house: cannedHouse },
    async (page, base) => {
      await page.goto(`${base}/claim#claim-token`);
      await heading(page, "This house has an owner already");
    },
  ],
  [
    "invite",
    { house: cannedHouse },
    async (page, base) => {
      await page.goto(`${base}/invite#invite-token`);
      await heading(page, "You are invited");
    },
  ],
  [
    "sign-in",
    { house: cannedHouse },
    async (page, base) => {
      await page.goto(base);
      await heading(page, "Welcome back");
    },
  ],
  [
    "sign-in-wrong",
    { house: cannedHouse },
    async (page, base) => {
      await page.goto(base);
      await page.getByLabel("Name").fill("ida");
      await page.getByLabel("Password", { exact: true }).fill("guess");
      await page.keyboard.press("Enter");
      await page.getByText("do not belong together").waitFor();
    },
  ],
  [
    "gate",
    { house: () => ({ ...houseWithin(), profile: null }) },
    async (page, base) => {
      await page.goto(base);
      await page.getByRole("button", { name: "Ida" }).waitFor();
    },
  ],
  [
    "pin",
    { house: () => ({ ...houseWithin(), profile: null }) },
    async (page, base) => {
      await page.goto(base);
      await page.getByRole("button", { name: /Otto/ }).click();
      await page.getByLabel("PIN", { exact: true }).waitFor();
    },
  ],
  [
    "profiles",
    { house: houseWithin },
    async (page, base) => {
      await page.goto(`${base}/profiles`);
      await page.getByRole("button", { name: "Manage profiles" }).click();
      await page.getByRole("button", { name: "Add a profile" }).waitFor();
    },
  ],
  [
    "profile-form",
    { house: houseWithin },
    async (page, base) => {
      await page.goto(`${base}/profiles`);
      await page.getByRole("button", { name: "Manage profiles" }).click();
      await page.getByRole("button", { name: "Edit Mia" }).click();
      await heading(page, "Edit Mia");
    },
  ],
  [
    "account",
    { house: houseWithin },
    async (page, base) => {
      await page.goto(`${base}/account`);
      await page.getByRole("button", { name: /Sign out Safari/ }).waitFor();
    },
  ],
  [
    "watch",
    { chapters, markers: [intro] },
    async (page, base) => {
      await playing(page, base, film.id);
      await held(page);
      await page.getByRole("button", { name: "Skip the intro" }).waitFor();
    },
  ],
  [
    "watch-chapters",
    { chapters },
    async (page, base) => {
      await playing(page, base, film.id, "?t=12");
      await held(page);
      await page.getByRole("button", { name: "Chapters" }).click();
      await page.getByRole("menuitemradio", { name: /Noon/ }).waitFor();
    },
  ],
  [
    "watch-captions",
    {},
    async (page, base) => {
      await playing(page, base, film.id);
      await held(page);
      await page.getByRole("button", { name: "Captions" }).click();
      await page.getByRole("menuitem", { name: "How captions look" }).click();
      await page.getByRole("dialog").waitFor();
    },
  ],
  [
    "watch-keys",
    {},
    async (page, base) => {
      await playing(page, base, film.id);
      await held(page);
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  ],
  [
    "watch-stats",
    {},
    async (page, base) => {
      await playing(page, base, film.id);
      await held(page);
      await page.keyboard.press("i");
      await page.getByText("shaka").waitFor();
    },
  ],
  [
    "watch-next",
    { markers: [credits] },
    async (page, base) => {
      await playing(page, base, episode.id, "?t=12");
      await page.getByRole("button", { name: "Play now" }).waitFor();
      await held(page);
    },
  ],
  [
    "watch-failed",
    { api: 500 },
    async (page, base) => {
      await page.goto(`${base}/watch/${film.id}`);
      await heading(page, "The film stopped");
    },
  ],
].map(([name, more, open]) => ({
  name,
  open: async (page, base, fixture) => {
    arrange(fixture, { ...more, house: more.house ? more.house() : null });
    await open(page, base);
  },
}));

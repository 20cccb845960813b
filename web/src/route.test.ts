// Goal: an address shows exactly one page, and a malformed one shows the page that says so.
import { expect, it } from "vitest";
import { parseRoute } from "./route";
import type { HistoryItem, HomeRow } from "./api/types";
import { nextEpisode, pictureOf, shapeOf, shownRows, watchedOf } from "./watching";

it.each([
  ["/", "", { page: "home" }],
  ["/title/0193ab", "", { page: "title", id: "0193ab" }],
  ["/title/0193ab/", "", { page: "title", id: "0193ab" }],
  ["/watch/0193ab", "", { page: "watch", id: "0193ab", dash: false, fromMs: null }],
  ["/watch/0193ab", "?format=dash", { page: "watch", id: "0193ab", dash: true, fromMs: null }],
  ["/title/..%2Fv1", "", { page: "missing" }],
  ["/title", "", { page: "missing" }],
  ["/watch/0193ab", "?t=12.5", { page: "watch", id: "0193ab", dash: false, fromMs: 12_500 }],
  ["/watch/0193ab", "?t=later", { page: "watch", id: "0193ab", dash: false, fromMs: null }],
  ["/search", "?q=moon", { page: "search", query: "moon" }],
  ["/list", "?person=J.%20Doe&x=1", { page: "list", filter: { person: "J. Doe" } }],
  ["/list", "", { page: "list", filter: {} }],
  ["/claim", "", { page: "claim" }],
  ["/invite", "", { page: "invite" }],
  ["/profiles", "", { page: "profiles" }],
  ["/account", "", { page: "account" }],
  ["/account/a", "", { page: "missing" }],
  ["/studio", "", { page: "studio", path: [] }],
  ["/studio/titles/a", "", { page: "studio", path: ["titles", "a"] }],
  ["/studio/a/b/c/d", "", { page: "missing" }],
  ["/title/a/b", "", { page: "missing" }],
])("%s%s", (path, search, route) => expect(parseRoute(path, search)).toEqual(route));

const title = (
  id: string,
  more: Partial<HomeRow["titles"][number]> = {},
): HomeRow["titles"][number] => ({
  id,
  kind: "film",
  name: id,
  year: null,
  duration_ms: 60_000,
  playable: true,
  state: "ready",
  progress: 1,
  poster_url: null,
  ...more,
});

it("shows no empty row", () => {
  const rows: HomeRow[] = [
    { id: "continue-watching", name: "Continue watching", titles: [] },
    { id: "recently-added", name: "Recently added", titles: [title("a"), title("b")] },
  ];
  expect(shownRows(rows).map((row) => row.id)).toEqual(["recently-added"]);
});

const upright = { id: "p", url: "/v1/images/p", width: 600, height: 900 };
const wide = { id: "w", url: "/v1/images/w", width: 1600, height: 900 };

it("draws posters only where most titles have upright ones", () => {
  expect(shapeOf([title("a", { poster: upright }), title("b", { poster: upright })])).toBe(
    "portrait",
  );
  expect(shapeOf([title("a", { poster: upright }), title("b", { poster: wide })])).toBe(
    "landscape",
  );
  expect(pictureOf(title("a", { poster: upright, backdrop: wide }), "landscape")).toBe(wide);
  expect(pictureOf(title("a", { backdrop: wide }), "portrait")).toBe(wide);
  expect(pictureOf(title("a"), "portrait")).toBeNull();
});

it("goes on in a show where it was left, and after the last finished episode", () => {
  const seasons = [
    { id: "s0", season_number: 0, episodes: [title("special")] },
    { id: "s1", season_number: 1, episodes: [title("a"), title("b")] },
    { id: "s2", season_number: 2, episodes: [title("c")] },
  ];
  const item = (id: string, completed: boolean): HistoryItem => ({
    title_id: id,
    position_ms: 1000,
    duration_ms: 60_000,
    watched_at_ms: 1,
    completed,
  });
  const next = (...items: HistoryItem[]): string | undefined =>
    nextEpisode(seasons, items)?.episode.id;
  expect(next()).toBe("a");
  expect(next(item("a", false))).toBe("a");
  expect(next(item("a", true))).toBe("b");
  expect(next(item("b", true), item("a", true))).toBe("c");
  expect(next(item("c", true))).toBe("special");
  expect(nextEpisode([], [])).toBeNull();
});

it("tells how far a title was watched only when both times are known", () => {
  expect(watchedOf(title("a", { position_ms: 5000 }))).toEqual({
    position_ms: 5000,
    duration_ms: 60_000,
  });
  expect(watchedOf(title("a"))).toBeNull();
  expect(watchedOf(title("a", { position_ms: 5000, duration_ms: null }))).toBeNull();
});

// Goal: an address shows exactly one page, and a malformed one shows the page that says so.
import { expect, it } from "vitest";
import { parseRoute } from "./route";
import type { HomeRow } from "./api/types";
import { shownRows, watchedOf } from "./watching";

it.each([
  ["/", "", { page: "home" }],
  ["/title/0193ab", "", { page: "title", id: "0193ab" }],
  ["/title/0193ab/", "", { page: "title", id: "0193ab" }],
  ["/watch/0193ab", "", { page: "watch", id: "0193ab", dash: false }],
  ["/watch/0193ab", "?format=dash", { page: "watch", id: "0193ab", dash: true }],
  ["/title/..%2Fv1", "", { page: "missing" }],
  ["/title", "", { page: "missing" }],
  ["/studio/a", "", { page: "missing" }],
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

it("shows no empty row and no recent row that repeats the library", () => {
  const rows: HomeRow[] = [
    { id: "continue-watching", name: "Continue watching", titles: [title("a")] },
    { id: "recently-added", name: "Recently added", titles: [title("a"), title("b")] },
  ];
  expect(shownRows(rows, 2).map((row) => row.id)).toEqual(["continue-watching"]);
  expect(shownRows(rows, 30).map((row) => row.id)).toEqual(["continue-watching", "recently-added"]);
  expect(shownRows([{ id: "continue-watching", name: "", titles: [] }], 2)).toEqual([]);
});

it("tells how far a title was watched only when both times are known", () => {
  expect(watchedOf(title("a", { position_ms: 5000 }))).toEqual({
    position_ms: 5000,
    duration_ms: 60_000,
  });
  expect(watchedOf(title("a"))).toBeNull();
  expect(watchedOf(title("a", { position_ms: 5000, duration_ms: null }))).toBeNull();
});

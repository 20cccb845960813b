// Goal: an address shows exactly one page, and a malformed one shows the page that says so.
import { expect, it } from "vitest";
import { parseRoute } from "./route";
import { continueWatching } from "./watching";
import type { Title } from "./api/types";

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

it("continues what was begun, not what is finished, gone or not playable", () => {
  const title = (id: string, playable = true): Title => ({
    id,
    kind: "film",
    name: id,
    year: null,
    duration_ms: 1,
    playable,
    state: "ready",
    progress: 1,
    poster_url: null,
  });
  const item = (title_id: string, position_ms: number, completed = false) => ({
    title_id,
    position_ms,
    duration_ms: 60_000,
    watched_at_ms: 1,
    completed,
  });
  const begun = continueWatching(
    [title("a"), title("b"), title("c", false), title("d")],
    [
      item("b", 5000),
      item("gone", 5000),
      item("c", 5000),
      item("a", 5000, true),
      item("d", 10),
      item("b", 900_000),
    ],
  );
  expect(begun.map((entry) => entry.title.id)).toEqual(["b"]);
});

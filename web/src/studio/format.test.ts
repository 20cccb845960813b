// Goal: sizes, times and steps are short and true at their edges.
import { expect, it } from "vitest";
import { ago, bytes, fullName, lasts, percent, stepName } from "./format";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [999_600, "1.00 MB"],
  [15_300_000, "15.3 MB"],
  [123_456_789_012, "123 GB"],
  [5e18, "5000 PB"],
  [-3, "0 B"],
])("%d bytes are %s", (value, text) => expect(bytes(value)).toBe(text));

it.each([
  [0, "0 s"],
  [89_000, "89 s"],
  [90_000, "2 min"],
  [3_540_000, "59 min"],
  [3_600_000, "1 h"],
  [3_900_000, "1 h 5 min"],
  [172_800_000, "2 days"],
  [183_600_000, "2 days 3 h"],
])("%d ms last %s", (ms, text) => expect(lasts(ms)).toBe(text));

it.each([
  [0, "just now"],
  [-5000, "just now"],
  [60_000, "60 s ago"],
  [120_000, "2 min ago"],
  [7_200_000, "2 h ago"],
  [172_800_000, "2 days ago"],
])("%d ms before now is %s", (before, text) => expect(ago(1e12 - before, 1e12)).toBe(text));

it.each([
  ["probe", "Look at the source"],
  ["encode/v360/2", "Encode 360p, part 3"],
  ["encode/rest/0", "Encode the better qualities, part 1"],
  ["audio/a1", "Sound a1"],
  ["publish/2", "Publish"],
  ["odd/thing", "odd thing"],
])("the step %s is called %s", (step, text) => expect(stepName(step)).toBe(text));

it("shares are whole per cent between 0 and 100", () => {
  expect([-1, 0.004, 0.5, 2].map(percent)).toEqual([0, 0, 50, 100]);
});

const film = {
  name: "Salt",
  show_name: null,
  season_number: null,
  episode_number: null,
  edition_name: null,
};
it.each([
  [film, "Salt"],
  [{ ...film, edition_name: "Director's cut" }, "Salt (Director's cut)"],
  [{ ...film, show_name: "Ferry", season_number: 0, episode_number: 3 }, "Ferry S0 E3: Salt"],
])("%j is called %s", (title, name) => expect(fullName(title)).toBe(name));

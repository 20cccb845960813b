// Goal: the list of keys that a viewer reads names every key that does something.
import { expect, it } from "vitest";
import { strings } from "../strings";
import { commandOf, kKeys, pictureCommandOf } from "./keys";

it("names every key", () => {
  const named = strings.keys.table.map(([keys]) => keys.toLowerCase()).join(" ");
  for (const key of kKeys) expect(named.split(/[\s/]+|or/), key).toContain(key);
});

it.each([
  ["K", { do: "toggle" }],
  ["7", { do: "fraction", of: 0.7 }],
  [">", { do: "speed", step: 1 }],
  ["constructor", null],
  ["Tab", null],
])("%s", (key, command) => expect(commandOf(key)).toEqual(command));

it("gives arrows to the picture only", () => {
  expect(commandOf("ArrowLeft")).toBeNull();
  expect(pictureCommandOf("ArrowLeft")).toEqual({ do: "skip", seconds: -10 });
});

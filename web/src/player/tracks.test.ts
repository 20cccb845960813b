// Goal: menus show each real choice once, by a name a viewer understands, and mark the one in use.
import { expect, it } from "vitest";
import { commandOf, pictureCommandOf } from "./keys";
import { rungChoices, spokenChoices } from "./tracks";

it("lists one rung per height, tallest first, the active one marked", () => {
  const track = (height: number, bandwidth: number, active = false) => ({
    height,
    bandwidth,
    active,
  });
  expect(rungChoices([track(360, 1), track(720, 3), track(720, 4, true), track(1080, 9)])).toEqual([
    { id: "1080", label: "1080p", active: false },
    { id: "720", label: "720p", active: true },
    { id: "360", label: "360p", active: false },
  ]);
});

it("names languages, and tells two of one language apart", () => {
  const track = (language: string, label: string | null, active = false) => ({
    language,
    label,
    active,
    roles: [],
  });
  expect(
    spokenChoices([
      track("en", "English", true),
      track("en", "Commentary"),
      track("de", "Deutsch"),
      track("de", "Deutsch"),
    ]).map(({ label, active }) => [label, active]),
  ).toEqual([
    ["English", true],
    ["English (Commentary)", false],
    ["German", false],
  ]);
});

it("gives arrows to the picture only, and digits and letters everywhere", () => {
  expect(commandOf("ArrowLeft")).toBeNull();
  expect(pictureCommandOf("ArrowLeft")).toEqual({ do: "skip", seconds: -10 });
  expect(pictureCommandOf("7")).toEqual({ do: "fraction", of: 0.7 });
  expect(commandOf("F")).toEqual({ do: "fullscreen" });
  expect(commandOf("Tab")).toBeNull();
});

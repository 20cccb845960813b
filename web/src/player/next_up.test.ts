// Goal: parts are skipped only where marked, the next episode comes when wanted, and nobody is played to an empty room.
import { describe, expect, it } from "vitest";
import {
  Attention,
  chapterAt,
  chapterStep,
  kSilenceMsMax,
  offerOf,
  skippable,
  type EndState,
} from "./next_up";

const markers = [
  { kind: "intro", start_ms: 0, end_ms: 8000 },
  { kind: "credits", start_ms: 160_000, end_ms: 180_000 },
];

describe("skippable", () => {
  it.each([
    { at: 0, kind: "intro" },
    { at: 6400, kind: "intro" },
    { at: 6600, kind: null },
    { at: 170_000, kind: null },
  ])("$at ms: $kind", ({ at, kind }) =>
    expect(skippable(markers, at, 180_000)?.kind ?? null).toBe(kind),
  );

  it("skips credits that something follows", () => {
    expect(skippable(markers, 165_000, 240_000)?.kind).toBe("credits");
  });
});

describe("offerOf", () => {
  const state: EndState = {
    hasNext: true,
    autoplay: true,
    declined: false,
    ended: false,
    positionMs: 165_000,
    durationMs: 180_000,
    markers,
  };
  it.each<{ name: string; more: Partial<EndState>; offer: string }>([
    { name: "credits begin", more: {}, offer: "countdown" },
    { name: "before the credits", more: { positionMs: 159_000 }, offer: "none" },
    { name: "autoplay off", more: { autoplay: false }, offer: "card" },
    { name: "the last episode", more: { hasNext: false }, offer: "none" },
    { name: "declined", more: { declined: true }, offer: "none" },
    { name: "declined, at the end", more: { declined: true, ended: true }, offer: "card" },
    { name: "nothing marked", more: { markers: [], positionMs: 166_000 }, offer: "countdown" },
    { name: "nothing marked, earlier", more: { markers: [], positionMs: 164_000 }, offer: "none" },
    {
      name: "a short clip",
      more: { markers: [], durationMs: 30_000, positionMs: 24_000 },
      offer: "none",
    },
    { name: "length unknown", more: { durationMs: 0 }, offer: "none" },
  ])("$name: $offer", ({ more, offer }) => expect(offerOf({ ...state, ...more })).toBe(offer));
});

describe("Attention", () => {
  it("doubts at the end of the third episode that nobody touched", () => {
    const attention = new Attention(() => 0);
    expect(attention.doubtful).toBe(false);
    attention.advanced();
    expect(attention.doubtful).toBe(false);
    attention.advanced();
    expect(attention.doubtful).toBe(true);
    attention.input();
    expect(attention.doubtful).toBe(false);
  });

  it("doubts after 90 minutes without input", () => {
    let now = 0;
    const attention = new Attention(() => now);
    now = kSilenceMsMax - 1;
    expect(attention.doubtful).toBe(false);
    now++;
    expect(attention.doubtful).toBe(true);
    attention.input();
    expect(attention.doubtful).toBe(false);
  });
});

it("finds chapters and steps between them", () => {
  const chapters = [{ start_ms: 0 }, { start_ms: 60_000 }, { start_ms: 120_000 }];
  expect(chapterAt(chapters, 61_000)?.start_ms).toBe(60_000);
  expect(chapterAt([], 5)).toBeNull();
  expect(chapterStep(chapters, 61_000, 1)).toBe(120_000);
  expect(chapterStep(chapters, 121_000, 1)).toBeNull();
  expect(chapterStep(chapters, 61_000, -1)).toBe(0);
  expect(chapterStep(chapters, 70_000, -1)).toBe(60_000);
});

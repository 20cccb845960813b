// Goal: times read naturally at every size, and unknown ones never show as NaN.
import { describe, expect, it } from "vitest";
import { clockTime, filmLength, languageName, sentence, spokenTime, timeLeft } from "./time";

describe("times", () => {
  it.each([
    [0, "0:00"],
    [9.99, "0:09"],
    [65, "1:05"],
    [3599.9, "59:59"],
    [3729, "1:02:09"],
    [-3, "0:00"],
    [NaN, "0:00"],
    [Infinity, "0:00"],
  ])("clockTime(%s) is %s", (seconds, text) => expect(clockTime(seconds)).toBe(text));

  it.each([
    [0, "0 seconds"],
    [1, "1 second"],
    [3661, "1 hour 1 minute 1 second"],
    [7200, "2 hours"],
  ])("spokenTime(%s) is %s", (seconds, text) => expect(spokenTime(seconds)).toBe(text));

  it.each([
    [null, ""],
    [0, ""],
    [30_000, "30 s"],
    [180_000, "3 min"],
    [3_600_000, "1 h"],
    [5_700_000, "1 h 35 min"],
  ])("filmLength(%s) is %s", (ms, text) => expect(filmLength(ms)).toBe(text));

  it("says what is left", () => {
    expect(timeLeft(0, 720_000)).toBe("12 min left");
    expect(timeLeft(29_500, 60_000)).toBe("31 s left");
    expect(timeLeft(90, 60)).toBe("0 s left");
  });
});

describe("languageName", () => {
  it.each([
    ["de", null, "German"],
    ["en", "Director", "English"],
    ["und", "Commentary", "Commentary"],
    ["und", null, "Unknown language"],
    ["not a tag!", "Klingon", "Klingon"],
    [null, "", "Unknown language"],
  ])("%s with label %s is %s", (code, label, name) => expect(languageName(code, label)).toBe(name));
});

it("makes a sentence of a server's message", () => {
  expect(sentence("reading the film: the origin is away")).toBe(
    "Reading the film: the origin is away.",
  );
  expect(sentence("Gone!")).toBe("Gone!");
  expect(sentence(" ")).toBe("");
});

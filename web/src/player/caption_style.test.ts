// Goal: a stored caption style comes back as it was chosen, and a foreign one cannot bring foreign CSS into the page.
import { expect, it } from "vitest";
import { captionProperties, captionStyleOf, kCaptionStyle } from "./caption_style";

it("keeps what it knows and drops what it does not", () => {
  expect(
    captionStyleOf({ size: "huge", colour: "url(evil)", edge: 7, toString: "x", position: "top" }),
  ).toEqual({ ...kCaptionStyle, size: "huge", position: "top" });
  expect(captionStyleOf(null)).toEqual(kCaptionStyle);
  expect(captionStyleOf({ size: "constructor" })).toEqual(kCaptionStyle);
});

it("becomes custom properties", () => {
  expect(captionProperties({ ...kCaptionStyle, size: "large" })).toContain("--caption-size:1.4");
});

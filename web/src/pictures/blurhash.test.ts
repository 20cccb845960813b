// Goal: a BlurHash becomes the picture that its reference decoder makes, and outside texts cannot break a page.
import { expect, it } from "vitest";
import { averageColour, blurhashAddress, decodeBlurhash } from "./blurhash";

it("decodes a flat colour exactly", () => {
  // One component: size 0, max 0, the average #ff8800.
  const digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
  let value = 0xff8800;
  let dc = "";
  for (let at = 0; at < 4; at++) {
    dc = digits.charAt(value % 83) + dc;
    value = Math.floor(value / 83);
  }
  const pixels = decodeBlurhash(`00${dc}`, 2, 2);
  expect(Array.from(pixels ?? [])).toEqual([255, 136, 0, 255, 136, 0, 255, 136, 0, 255, 136, 0]);
  expect(averageColour(`00${dc}`)).toBe("rgb(255 136 0)");
});

it("decodes the reference's example near to its average, lighter above than below", () => {
  const hash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";
  const pixels = decodeBlurhash(hash, 16, 12);
  expect(pixels).not.toBeNull();
  const mean = (from: number, to: number): number => {
    const part = (pixels as Uint8Array).subarray(from * 48, to * 48);
    return part.reduce((sum, byte) => sum + byte, 0) / part.length;
  };
  expect(mean(0, 4)).toBeGreaterThan(mean(8, 12));
  expect(blurhashAddress(hash, 4 / 3)).toMatch(/^data:image\/bmp;base64,Qk/);
});

it.each([
  "",
  "L",
  "LEHV6nWB2yk8pyo0adR*.7kCMdn",
  "zzzz",
  'LEHV6nWB2yk8pyo0adR*.7kCMd"j',
  "~~~~~~~~~~",
])("refuses %j", (hash) => {
  expect(decodeBlurhash(hash, 4, 4)).toBeNull();
  expect(blurhashAddress(hash, 1)).toBeNull();
});

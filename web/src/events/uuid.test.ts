// Goal: ids are UUIDv7 in Matinee's form, and sort by time.
import { expect, it } from "vitest";
import { uuid7 } from "./uuid";

const ones = (bytes: Uint8Array): Uint8Array => bytes.fill(0xff);

it("holds the time, the version and the variant", () => {
  // The time of the example in RFC 9562, appendix A.6.
  expect(uuid7(0x017f22e279b0, ones)).toBe("017f22e279b07fffbfffffffffffffff");
});

it("sorts by time and never repeats", () => {
  const ids = Array.from({ length: 1000 }, (_, index) => uuid7(1_700_000_000_000 + index));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(1000);
});

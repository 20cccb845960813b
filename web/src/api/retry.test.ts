// Goal: waits grow, are bounded and follow what the server asks for, however it words it.
import { describe, expect, it } from "vitest";
import { backoffMs, persist, retryAfterMs } from "./retry";

describe("backoffMs", () => {
  it.each([
    { name: "first, shortest", attempt: 0, random: 0, expected: 125 },
    { name: "first, longest", attempt: 0, random: 1, expected: 250 },
    { name: "doubles", attempt: 3, random: 1, expected: 2000 },
    { name: "is bounded", attempt: 10, random: 1, expected: 8000 },
    { name: "stays finite", attempt: 100_000, random: 1, expected: 8000 },
  ])("$name", ({ attempt, random, expected }) => {
    expect(backoffMs(attempt, random)).toBe(expected);
  });
});

describe("retryAfterMs", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  it.each([
    { header: null, expected: null },
    { header: "", expected: null },
    { header: "soon", expected: null },
    { header: "0", expected: 0 },
    { header: "2", expected: 2000 },
    { header: "-5", expected: 0 },
    { header: "86400", expected: 60_000 },
    { header: "Sun, 01 Mar 2026 12:00:07 GMT", expected: 7000 },
    { header: "Sun, 01 Mar 2020 12:00:00 GMT", expected: 0 },
  ])("$header", ({ header, expected }) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe("persist", () => {
  const waits: number[] = [];
  const patience = { sleep: async (ms: number) => void waits.push(ms), random: () => 1 };

  it("ends with the first success", async () => {
    let calls = 0;
    const call = (): Promise<number> =>
      ++calls < 3 ? Promise.reject(new Error("away")) : Promise.resolve(calls);
    await expect(persist(5, call, patience)).resolves.toBe(3);
    expect(waits).toEqual([250, 500]);
  });

  it("gives up with the last error", async () => {
    let calls = 0;
    await expect(
      persist(4, () => Promise.reject(new Error(String(++calls))), patience),
    ).rejects.toThrow("4");
  });
});

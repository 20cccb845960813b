// Goal: a network fault never ends a film that minutes of patience would save; what no waiting mends ends at once.
import { describe, expect, it } from "vitest";
import { kAttemptsMax, recoveryOf, type PlayerFault } from "./recovery";

const network: PlayerFault = { category: 1, code: 1002, severity: 2, status: null };

describe("recoveryOf", () => {
  it("tries an outage for minutes, with short waits", () => {
    let waited = 0;
    for (let attempt = 0; attempt < kAttemptsMax; attempt++) {
      const recovery = recoveryOf(network, attempt, 1);
      if (recovery.kind !== "retry") throw new Error(`attempt ${attempt}: ${recovery.kind}`);
      expect(recovery.afterMs).toBeLessThanOrEqual(5000);
      waited += recovery.afterMs;
    }
    expect(waited).toBeGreaterThan(4 * 60_000);
    expect(recoveryOf(network, kAttemptsMax, 1).kind).toBe("fail");
  });

  it.each([
    {
      name: "expired token",
      fault: { ...network, code: 1001, status: 403 },
      attempts: 0,
      kind: "renew",
    },
    {
      name: "package gone",
      fault: { ...network, code: 1001, status: 404 },
      attempts: 2,
      kind: "renew",
    },
    {
      name: "still refused",
      fault: { ...network, code: 1001, status: 403 },
      attempts: 3,
      kind: "fail",
    },
    {
      name: "server error",
      fault: { ...network, code: 1001, status: 503 },
      attempts: 9,
      kind: "retry",
    },
    {
      name: "decoder",
      fault: { category: 3, code: 3016, severity: 2, status: null },
      attempts: 0,
      kind: "renew",
    },
    {
      name: "decoder again",
      fault: { category: 3, code: 3016, severity: 2, status: null },
      attempts: 3,
      kind: "fail",
    },
    {
      name: "manifest",
      fault: { category: 4, code: 4032, severity: 2, status: null },
      attempts: 0,
      kind: "fail",
    },
    {
      name: "interrupted",
      fault: { category: 7, code: 7000, severity: 2, status: null },
      attempts: 0,
      kind: "none",
    },
    { name: "recoverable", fault: { ...network, severity: 1 }, attempts: 0, kind: "none" },
  ])("$name: $kind", ({ fault, attempts, kind }) => {
    expect(recoveryOf(fault, attempts, 0.5).kind).toBe(kind);
  });
});

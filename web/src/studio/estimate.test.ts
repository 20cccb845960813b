// Goal: the estimate tells an operator how long the waiting work takes under a policy, and what stands against it.
import { expect, it } from "vitest";
import type { EncodePolicy } from "./api";
import { estimate, windowMinutes } from "./estimate";

const policy = (more: Partial<EncodePolicy>): EncodePolicy => ({
  when: "now",
  night_window: null,
  cpu_share: 1,
  disk_quota_bytes: null,
  ...more,
});
const hour = { cpuSeconds: 3600, bytes: 1000, storedBytes: 500 };

it.each([
  ["22:00", "06:00", 480],
  ["01:30", "02:00", 30],
  ["00:00", "00:00", 1440],
])("from %s to %s are %d minutes", (from, to, minutes) =>
  expect(windowMinutes({ from, to })).toBe(minutes),
);

it.each([
  [policy({}), { wallMs: 3_600_000, nights: null, overQuota: false }],
  [policy({ cpu_share: 0.5 }), { wallMs: 7_200_000, nights: null, overQuota: false }],
  [
    policy({ night_window: { from: "01:00", to: "01:30" } }),
    { wallMs: 3_600_000, nights: 2, overQuota: false },
  ],
  [policy({ when: "never" }), { wallMs: null, nights: null, overQuota: false }],
  [policy({ disk_quota_bytes: 1500 }), { wallMs: 3_600_000, nights: null, overQuota: false }],
  [policy({ disk_quota_bytes: 1499 }), { wallMs: 3_600_000, nights: null, overQuota: true }],
])("%j", (given, expected) => expect(estimate(given, hour)).toEqual(expected));

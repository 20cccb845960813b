// What an encode policy means for the work that waits: how long it takes, and what stands against it.
import type { EncodePolicy } from "./api";

export interface Estimate {
  /** One core with the policy's share; null when nothing is encoded. */
  wallMs: number | null;
  /** Nights that takes; null without a window. */
  nights: number | null;
  overQuota: boolean;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Minutes of [from, to), over midnight when from > to; all day when both are equal. */
export function windowMinutes(window: { from: string; to: string }): number {
  const minutes = (minuteOf(window.to) - minuteOf(window.from) + 1440) % 1440;
  return minutes === 0 ? 1440 : minutes;
}

export function estimate(
  policy: EncodePolicy,
  waiting: { cpuSeconds: number; bytes: number; storedBytes: number },
): Estimate {
  const overQuota =
    policy.disk_quota_bytes !== null &&
    waiting.storedBytes + waiting.bytes > policy.disk_quota_bytes;
  if (policy.when === "never") return { wallMs: null, nights: null, overQuota };
  const wallMs = (waiting.cpuSeconds * 1000) / Math.max(0.1, policy.cpu_share);
  const nights = policy.night_window
    ? Math.ceil(wallMs / (windowMinutes(policy.night_window) * 60_000))
    : null;
  return { wallMs, nights, overQuota };
}

// Back-off with jitter, shared by play starts, the event reporter and the player's recovery.

/** What retrying needs of the world; tests give their own. */
export interface Patience {
  sleep(ms: number): Promise<void>;
  random(): number;
}

export const realPatience: Patience = {
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  random: () => Math.random(),
};

/** Waits of attempt 0, 1, ...: 250 ms doubling up to `ms_max`, each between half and the whole of it. */
export function backoffMs(attempt: number, random: number, msMax = 8000): number {
  const whole = Math.min(msMax, 250 * 2 ** Math.min(attempt, 16));
  return Math.round(whole * (0.5 + random / 2));
}

/** `Retry-After` in ms: seconds or a date; null when absent or not understood; at most one minute. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  if (!Number.isFinite(ms)) return null;
  return Math.min(60_000, Math.max(0, ms));
}

/** Calls until it succeeds, at most `attempts` times with back-off between; then the last error. */
export async function persist<Value>(
  attempts: number,
  call: () => Promise<Value>,
  patience: Patience = realPatience,
): Promise<Value> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt + 1 >= attempts) throw error;
      await patience.sleep(backoffMs(attempt, patience.random()));
    }
  }
}

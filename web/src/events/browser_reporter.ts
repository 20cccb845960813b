// The reporter of this page: browser clocks, fetch, and a sequence number that outlives the page.
import { retryAfterMs } from "../api/retry";
import type { EventAnswer } from "../api/types";
import { databaseOutbox } from "./outbox";
import { Reporter, type PostResult } from "./reporter";
import { uuid7 } from "./uuid";

const kSequenceKey = "matinee.session_seq";
let sequenceInMemory = 0;

/**
 * The next number of the session. The session is a cookie that the page cannot read and that outlives it, so the
 * count goes on in localStorage over reloads and tabs: gaps are harmless, a repeated number would be taken for a duplicate.
 */
function nextSequence(): number {
  try {
    const stored = Number(localStorage.getItem(kSequenceKey) ?? "0");
    sequenceInMemory = Math.max(sequenceInMemory, Number.isSafeInteger(stored) ? stored : 0) + 1;
    localStorage.setItem(kSequenceKey, String(sequenceInMemory));
  } catch {
    sequenceInMemory++;
  }
  return sequenceInMemory;
}

async function post(body: string, lastChance: boolean): Promise<PostResult> {
  try {
    const response = await fetch("/v1/events", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "same-origin",
      keepalive: lastChance,
      body,
      ...(lastChance ? {} : { signal: AbortSignal.timeout(10_000) }),
    });
    if (response.status === 202) {
      const answer = await response.json().then(
        (parsed: unknown) => parsed as EventAnswer,
        () => null,
      );
      return { kind: "acknowledged", answer };
    }
    if (response.status === 400 || response.status === 413 || response.status === 422) {
      return { kind: "refused" };
    }
    return {
      kind: "again",
      afterMs: retryAfterMs(response.headers.get("Retry-After"), Date.now()),
    };
  } catch {
    return { kind: "again", afterMs: null };
  }
}

export const reporter = new Reporter({
  nowMs: () => Date.now(),
  monoMs: () => performance.now(),
  random: () => Math.random(),
  newId: uuid7,
  nextSequence,
  schedule: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  post,
  outbox: databaseOutbox(),
});

/** Starts reporting for the life of the page. */
export function startReporting(): void {
  void reporter.start();
  addEventListener("pagehide", () => reporter.lastChance());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") reporter.lastChance();
  });
}

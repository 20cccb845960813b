// What to do after a player error: a pure decision, so that tests can run through hours of outage.
import { backoffMs } from "../api/retry";
import { strings } from "../strings";

/** The part of a shaka error that decides. Categories and codes: shaka.util.Error. */
export interface PlayerFault {
  category: number;
  code: number;
  severity: number;
  /** HTTP status of a BAD_HTTP_STATUS error, else null. */
  status: number | null;
}

export type Recovery =
  | { kind: "retry"; afterMs: number }
  | { kind: "renew"; afterMs: number }
  | { kind: "fail"; message: string }
  | { kind: "none" };

export const kNetwork = 1;
const kMedia = 3;
const kCritical = 2;
const kLoadInterrupted = 7000;
/** Attempts without one new segment between them; with waits up to 5 s that is about five minutes. */
export const kAttemptsMax = 60;
const kRenewalsMax = 3;

/**
 * Network faults are tried again for minutes, at the position where playing stopped. An expired or refused media
 * path (403) needs a new play; so does a package that is gone (404, 410). `attempts` counts from the last good segment.
 */
export function recoveryOf(fault: PlayerFault, attempts: number, random: number): Recovery {
  if (fault.code === kLoadInterrupted || fault.severity !== kCritical) return { kind: "none" };
  if (fault.category === kNetwork) {
    const gone = fault.status === 403 || fault.status === 404 || fault.status === 410;
    if (gone && attempts < kRenewalsMax)
      return { kind: "renew", afterMs: backoffMs(attempts, random) };
    if (!gone && attempts < kAttemptsMax)
      return { kind: "retry", afterMs: backoffMs(attempts, random, 5000) };
    return { kind: "fail", message: strings.watch.unreachable };
  }
  if ((fault.category === kMedia || fault.code === 0) && attempts < kRenewalsMax)
    return { kind: "renew", afterMs: backoffMs(attempts, random) };
  if (fault.category === kMedia) return { kind: "fail", message: strings.watch.undecodable };
  return { kind: "fail", message: strings.watch.unplayable };
}

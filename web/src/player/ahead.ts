// What is made ready before Play is pressed: the play and, of its tracks, the manifest, the initialization and the first segment.
import { startPlay } from "../api/client";
import type { Play } from "../api/types";
import { uuid7 } from "../events/uuid";
import { Engine, mediaOf } from "./engine";
import { loadShaka } from "./shaka";

/** A film left this close to its end starts from the beginning. */
const kNearEndMs = 5000;
/** Older than this, the place to resume at may have moved on another screen. */
const kFreshMs = 120_000;

/** A play under way or made; every part may still come, and a part that failed is null. */
export interface Ahead {
  /** Idempotency key: a start that is repeated under it is the same play. */
  key: string;
  play: Promise<Play | null>;
  /** An engine that has, or is fetching, what it needs to show the first picture. */
  engine: Promise<Engine | null>;
}

interface Kept extends Ahead {
  titleId: string;
  dash: boolean;
  madeAtMs: number;
}

let kept: Kept | null = null;

/** Where the play begins, in ms; `fromMs` is where the viewer asked for. */
export function startOf(play: Play, fromMs: number | null = null): number {
  if (fromMs !== null) return Math.min(fromMs, Math.max(0, play.duration_ms - kNearEndMs));
  return play.resume_ms < play.duration_ms - kNearEndMs ? play.resume_ms : 0;
}

/** Who saves data wants nothing fetched that was not asked for. */
function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}

/** Makes one title ready; another title that was ready is dropped. */
export function prepareAhead(titleId: string, dash: boolean): void {
  if (savesData()) return;
  if (kept?.titleId === titleId && kept.dash === dash && isFresh(kept)) return;
  dropAhead();
  const key = uuid7(Date.now());
  const play = startPlay(titleId, key, { attemptsMax: 1 }).catch(() => null);
  const engine = Promise.all([play, loadShaka()])
    .then(async ([made, shaka]) => {
      if (!made) return null;
      const ready = new Engine(shaka);
      await ready.preload(mediaOf(made, dash), startOf(made) / 1000);
      return ready;
    })
    .catch(() => null);
  kept = { titleId, dash, key, play, engine, madeAtMs: Date.now() };
}

/** Hands over what was made ready for this title, once; null when there is nothing, or it is no longer fresh. */
export function takeAhead(titleId: string, dash: boolean): Ahead | null {
  if (!kept || kept.titleId !== titleId || kept.dash !== dash || !isFresh(kept)) {
    dropAhead();
    return null;
  }
  const taken = kept;
  kept = null;
  return taken;
}

/** Ends whatever was made ready and not taken. */
export function dropAhead(): void {
  void kept?.engine.then((engine) => engine?.destroy());
  kept = null;
}

function isFresh(ahead: Kept): boolean {
  return Date.now() - ahead.madeAtMs < kFreshMs;
}

// Pure decisions around the end of an episode and its marked parts.
import type { Chapter, Marker } from "../api/types";

/** Without marked credits, the next episode is offered this long before the end. */
export const kOfferMs = 15_000;
export const kCountdownMs = 10_000;
/** A marked part with less than this left is not worth a button. */
const kSkipLeftMs = 1500;
export const kEpisodesMax = 3;
export const kSilenceMsMax = 90 * 60_000;

/** The marked part to offer skipping at a position; credits only when something follows them. */
export function skippable(
  markers: readonly Marker[],
  positionMs: number,
  durationMs: number,
): Marker | null {
  return (
    markers.find(
      (marker) =>
        (marker.kind === "intro" ||
          marker.kind === "recap" ||
          (marker.kind === "credits" && marker.end_ms < durationMs - kOfferMs)) &&
        marker.start_ms <= positionMs &&
        positionMs < marker.end_ms - kSkipLeftMs,
    ) ?? null
  );
}

export interface EndState {
  hasNext: boolean;
  autoplay: boolean;
  /** The viewer chose to see the credits. */
  declined: boolean;
  ended: boolean;
  positionMs: number;
  durationMs: number;
  markers: readonly Marker[];
}

/** Whether the next episode is offered, and whether it will begin by itself. */
export function offerOf(state: EndState): "none" | "card" | "countdown" {
  if (!state.hasNext || state.durationMs <= 0) return "none";
  if (state.ended) return state.autoplay && !state.declined ? "countdown" : "card";
  const last = [...state.markers]
    .reverse()
    .find((marker) => marker.kind === "credits" && marker.end_ms >= state.durationMs - kOfferMs);
  // A film shorter than a minute is not covered by a card for a quarter of it.
  const from = last?.start_ms ?? state.durationMs - Math.min(kOfferMs, state.durationMs / 6);
  if (state.positionMs < from || state.declined) return "none";
  return state.autoplay ? "countdown" : "card";
}

/** Whether anybody is still there: counted over episodes, so it outlives the page of one. */
export class Attention {
  #inputAtMs: number;
  #episodes = 0;

  constructor(private readonly nowMs: () => number) {
    this.#inputAtMs = nowMs();
  }

  /** Somebody pressed or moved something. */
  input(): void {
    this.#inputAtMs = this.nowMs();
    this.#episodes = 0;
  }

  /** An episode went on to the next by itself. */
  advanced(): void {
    this.#episodes++;
  }

  get doubtful(): boolean {
    return this.#episodes + 1 >= kEpisodesMax || this.nowMs() - this.#inputAtMs >= kSilenceMsMax;
  }
}

/** The chapter at a position; null before the first. */
export function chapterAt(chapters: readonly Chapter[], positionMs: number): Chapter | null {
  return [...chapters].reverse().find((chapter) => chapter.start_ms <= positionMs) ?? null;
}

/** Where "chapter before" and "chapter after" lead, in ms; null when there is none. */
export function chapterStep(
  chapters: readonly Chapter[],
  positionMs: number,
  step: -1 | 1,
): number | null {
  const starts = chapters.map((chapter) => chapter.start_ms);
  if (step > 0) return starts.find((start) => start > positionMs + 500) ?? null;
  // A moment into a chapter, "before" means its own beginning, as on a disc player.
  return [...starts].reverse().find((start) => start < positionMs - 3000) ?? starts[0] ?? null;
}

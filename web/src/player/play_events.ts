// The viewing events of one play: what the viewer did and what went wrong, with the position at that moment.
import type { EventFacts, EventType } from "../events/reporter";

/** Where events go and what the film's state is when one is recorded. */
export interface PlayEventsWorld {
  record(facts: EventFacts): void;
  positionMs(): number;
  durationMs(): number;
  monoMs(): number;
  /** Calls `run` every `ms` until the returned function is called. */
  every(ms: number, run: () => void): () => void;
}

export const kBeatMs = 10_000;

export class PlayEvents {
  playId: string | null = null;
  readonly #attemptedAtMs: number;
  #stopBeat: (() => void) | null = null;
  #stalledAtMs: number | null = null;
  #started = false;
  #ended = false;

  constructor(
    private readonly world: PlayEventsWorld,
    private readonly titleId: string,
    format: "hls" | "dash",
  ) {
    this.#attemptedAtMs = world.monoMs();
    this.#record("play.attempt", { format });
  }

  /** The first picture is on screen. */
  started(): void {
    if (this.#started) return;
    this.#started = true;
    this.#record("play.start", {
      startup_ms: Math.round(this.world.monoMs() - this.#attemptedAtMs),
    });
  }

  playing(): void {
    if (this.#ended) {
      this.#ended = false;
      this.#record("play.start", { again: true });
    } else if (this.#started && !this.#stopBeat) {
      this.#record("play.resume");
    }
    this.#stopBeat ??= this.world.every(kBeatMs, () => this.beat());
  }

  paused(): void {
    if (this.#stopBeat && !this.#ended) this.#record("play.pause");
    this.#quiet();
  }

  beat(): void {
    if (this.#started && !this.#ended) this.#record("play.beat");
  }

  seeked(fromMs: number): void {
    this.#record("play.seek", { from_ms: Math.round(fromMs) });
  }

  /** Buffering before the first picture is start-up, not a stall. */
  buffering(on: boolean): void {
    if (on && this.#started && !this.#ended && this.#stalledAtMs === null) {
      this.#stalledAtMs = this.world.monoMs();
      this.#record("play.stall.start");
    } else if (!on && this.#stalledAtMs !== null) {
      this.#record("play.stall.end", {
        stall_ms: Math.round(this.world.monoMs() - this.#stalledAtMs),
      });
      this.#stalledAtMs = null;
    }
  }

  switched(height: number | null, bandwidthBps: number): void {
    this.#record("play.switch", { height, bandwidth_bps: Math.round(bandwidthBps) });
  }

  failed(code: number, status: number | null, fatal: boolean): void {
    this.#record("play.error", { code, ...(status === null ? {} : { status }), fatal });
  }

  ended(reason: "completed" | "left"): void {
    if (this.#ended) return;
    this.buffering(false);
    this.#quiet();
    this.#ended = true;
    this.#record("play.end", { reason });
  }

  #quiet(): void {
    this.#stopBeat?.();
    this.#stopBeat = null;
  }

  #record(type: EventType, payload: Record<string, unknown> = {}): void {
    this.world.record({
      type,
      ...(this.playId === null ? {} : { play_id: this.playId }),
      title_id: this.titleId,
      position_ms: Math.max(0, Math.round(this.world.positionMs())),
      duration_ms: Math.max(0, Math.round(this.world.durationMs())),
      payload,
    });
  }
}

// The viewing events of one play: what the viewer did and what went wrong, with the position at that moment.
import type { EventFacts, EventType } from "../events/reporter";

/** Where events go and what the film's state is when one is recorded. */
export interface PlayEventsWorld {
  record(facts: EventFacts): void;
  positionMs(): number;
  durationMs(): number;
  nowMs(): number;
  monoMs(): number;
  /** How playing goes, for the beats: buffer_ms, decoded_frames, dropped_frames. */
  measures(): Record<string, number>;
  /** Calls `run` every `ms` until the returned function is called. */
  every(ms: number, run: () => void): () => void;
}

export const kBeatMs = 10_000;
/** Events kept back while the play has no id; more are not told. */
const kUntoldMax = 20;

export class PlayEvents {
  #playId: string | null = null;
  #untold: EventFacts[] = [];
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
    this.#record("play.attempt", { player: `shaka-${format}` });
  }

  /** Every event names its play: those from before the server named it wait for this call. */
  named(playId: string): void {
    this.#playId = playId;
    for (const facts of this.#untold.splice(0)) this.world.record({ ...facts, play_id: playId });
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
      this.#record("play.start", { cause: "again" });
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
    if (this.#started && !this.#ended) this.#record("play.beat", this.world.measures());
  }

  /** Called with the position already at the target. */
  seeked(fromMs: number): void {
    this.#record("play.seek", {
      from_ms: Math.round(fromMs),
      to_ms: Math.round(this.world.positionMs()),
    });
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
    this.#record("play.error", {
      code: String(code),
      severity: fatal ? "fatal" : "recoverable",
      ...(status === null ? {} : { cause: `http-${status}` }),
    });
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
    const facts: EventFacts = {
      type,
      title_id: this.titleId,
      position_ms: Math.max(0, Math.round(this.world.positionMs())),
      duration_ms: Math.max(0, Math.round(this.world.durationMs())),
      t_client_ms: Math.round(this.world.nowMs()),
      t_mono_ms: Math.round(this.world.monoMs()),
      payload,
    };
    if (this.#playId !== null) this.world.record({ ...facts, play_id: this.#playId });
    else if (this.#untold.length < kUntoldMax) this.#untold.push(facts);
  }
}

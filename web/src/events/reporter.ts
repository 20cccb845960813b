// Reports viewing events: numbers them, sends them in batches and keeps each until the server holds it durably.
import { backoffMs } from "../api/retry";
import type { EventAnswer, ViewingEvent } from "../api/types";
import type { Outbox } from "./outbox";

export type EventType =
  | "play.attempt"
  | "play.start"
  | "play.beat"
  | "play.pause"
  | "play.resume"
  | "play.seek"
  | "play.stall.start"
  | "play.stall.end"
  | "play.switch"
  | "play.error"
  | "play.end";

/** What the caller knows of an event; the reporter adds ids, numbers and clocks. */
export interface EventFacts {
  type: EventType;
  play_id?: string;
  title_id?: string;
  position_ms?: number;
  duration_ms?: number;
  /** When it happened, for an event that is told later; now unless given. */
  t_client_ms?: number;
  t_mono_ms?: number;
  payload?: Record<string, unknown>;
}

/** How a post ended: acknowledged, refused for good (a poison batch), or to be tried again. */
export type PostResult =
  | { kind: "acknowledged"; answer: EventAnswer | null }
  | { kind: "refused" }
  | { kind: "again"; afterMs: number | null };

/** Everything the reporter takes from outside. `schedule` returns a function that cancels. */
export interface ReporterWorld {
  nowMs(): number;
  monoMs(): number;
  random(): number;
  newId(nowMs: number): string;
  nextSequence(): number;
  schedule(ms: number, run: () => void): () => void;
  post(body: string, lastChance: boolean): Promise<PostResult>;
  outbox: Outbox;
}

export const kKeptMax = 1000;
export const kBatchMax = 100;
/** A keepalive request may carry at most 64 KiB in all; the last batch stays well below. */
export const kLastBatchMax = 50;
const kGatherMs = 500;
const kBackoffMsMax = 30_000;

export class Reporter {
  #kept: ViewingEvent[] = [];
  #sending = false;
  #failures = 0;
  #batchMax = kBatchMax;
  #cancel: (() => void) | null = null;
  /** How many events were given up because more than 1000 waited, oldest first. */
  dropped = 0;

  constructor(private readonly world: ReporterWorld) {}

  /** Takes up what an earlier page left behind. */
  async start(): Promise<void> {
    const left = await this.world.outbox.load();
    const known = new Set(this.#kept.map((event) => event.session_seq));
    this.#kept = [...left.filter((event) => !known.has(event.session_seq)), ...this.#kept];
    this.#trim();
    if (left.length > 0) this.#later(kGatherMs);
  }

  get waiting(): number {
    return this.#kept.length;
  }

  record(facts: EventFacts): void {
    const now = this.world.nowMs();
    const event: ViewingEvent = {
      id: this.world.newId(now),
      schema_version: 1,
      session_seq: this.world.nextSequence(),
      t_client_ms: Math.round(now),
      t_mono_ms: Math.round(this.world.monoMs()),
      consent: { essential: true },
      cells: {},
      payload: {},
      ...facts,
    };
    this.#kept.push(event);
    this.world.outbox.put(event);
    this.#trim();
    if (this.#failures === 0) this.#later(kGatherMs);
  }

  /** Sends one batch now unless one is under way; the rest follows by itself. */
  async flush(): Promise<void> {
    if (this.#sending || this.#kept.length === 0) return;
    this.#sending = true;
    this.#unschedule();
    const batch = this.#kept.slice(0, this.#batchMax);
    const result = await this.world.post(JSON.stringify({ events: batch }), false);
    this.#sending = false;
    this.#settle(batch, result);
    if (this.#kept.length === 0) return;
    const wait = result.kind === "again" ? result.afterMs : null;
    this.#later(
      this.#failures === 0
        ? 0
        : (wait ?? backoffMs(this.#failures, this.world.random(), kBackoffMsMax)),
    );
  }

  /** The page may end now: hands the newest events to the browser; what it fails to deliver waits in the outbox. */
  lastChance(): void {
    if (this.#kept.length === 0) return;
    const batch = this.#kept.slice(-kLastBatchMax);
    void this.world
      .post(JSON.stringify({ events: batch }), true)
      .then((result) => this.#settle(batch, result));
  }

  #settle(batch: readonly ViewingEvent[], result: PostResult): void {
    if (result.kind === "again") {
      this.#failures++;
      return;
    }
    if (result.kind === "refused" && batch.length > 1) {
      this.#batchMax = Math.max(1, Math.floor(batch.length / 2));
      return;
    }
    // Acknowledged, or a single event that the server will never take: repeating it would stop all others.
    this.#failures = 0;
    if (result.kind === "acknowledged") this.#batchMax = Math.min(kBatchMax, this.#batchMax * 2);
    const done = new Set(batch.map((event) => event.session_seq));
    this.#kept = this.#kept.filter((event) => !done.has(event.session_seq));
    this.world.outbox.remove([...done]);
  }

  #trim(): void {
    if (this.#kept.length <= kKeptMax) return;
    const lost = this.#kept.splice(0, this.#kept.length - kKeptMax);
    this.dropped += lost.length;
    this.world.outbox.remove(lost.map((event) => event.session_seq));
  }

  #later(ms: number): void {
    if (this.#sending || this.#cancel) return;
    this.#cancel = this.world.schedule(ms, () => {
      this.#cancel = null;
      void this.flush();
    });
  }

  #unschedule(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

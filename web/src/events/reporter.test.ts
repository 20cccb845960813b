// Goal: an event is sent until the server holds it, once by number, in bounded space, and one bad event stops no other.
import { beforeEach, describe, expect, it } from "vitest";
import type { ViewingEvent } from "../api/types";
import { kBatchMax, kKeptMax, kLastBatchMax, Reporter, type PostResult } from "./reporter";

class World {
  now = 1_000;
  mono = 10;
  sequence = 0;
  timers: { at: number; run: () => void }[] = [];
  posts: { events: ViewingEvent[]; lastChance: boolean }[] = [];
  stored = new Map<number, ViewingEvent>();
  respond: (events: ViewingEvent[]) => PostResult = () => ({ kind: "acknowledged", answer: null });
  outbox = {
    load: () => Promise.resolve([...this.stored.values()]),
    put: (event: ViewingEvent) => void this.stored.set(event.session_seq, event),
    remove: (sequences: readonly number[]) =>
      sequences.forEach((sequence) => this.stored.delete(sequence)),
  };
  nowMs = (): number => this.now;
  monoMs = (): number => this.mono;
  random = (): number => 1;
  newId = (): string => `id-${this.sequence + 1}`;
  nextSequence = (): number => ++this.sequence;

  schedule = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.now + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((known) => known !== timer);
    };
  };

  post = (body: string, lastChance: boolean): Promise<PostResult> => {
    const { events } = JSON.parse(body) as { events: ViewingEvent[] };
    this.posts.push({ events, lastChance });
    return Promise.resolve(this.respond(events));
  };

  /** Lets time pass, running what becomes due. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.now = Math.max(this.now, due.at);
      due.run();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
    this.now = end;
  }
}

let world: World;
let reporter: Reporter;
beforeEach(() => {
  world = new World();
  reporter = new Reporter(world);
});

const again: PostResult = { kind: "again", afterMs: null };
const sequences = (events: readonly ViewingEvent[]): number[] =>
  events.map((event) => event.session_seq);

describe("Reporter", () => {
  it("sends what came together as one batch with the whole envelope", async () => {
    reporter.record({ type: "play.attempt", title_id: "t" });
    reporter.record({
      type: "play.start",
      play_id: "p",
      title_id: "t",
      position_ms: 5,
      payload: { startup_ms: 90 },
    });
    await world.pass(500);
    expect(world.posts).toHaveLength(1);
    expect(world.posts[0]?.events[1]).toEqual({
      id: "id-2",
      type: "play.start",
      schema_version: 1,
      session_seq: 2,
      t_client_ms: 1000,
      t_mono_ms: 10,
      play_id: "p",
      title_id: "t",
      position_ms: 5,
      consent: { essential: true },
      cells: {},
      payload: { startup_ms: 90 },
    });
    expect(reporter.waiting).toBe(0);
    expect(world.stored.size).toBe(0);
  });

  it("resends the same events until they are acknowledged, ever more slowly", async () => {
    world.respond = () => again;
    reporter.record({ type: "play.beat" });
    await world.pass(500);
    const first = world.posts[0]?.events;
    await world.pass(120_000);
    expect(world.posts.length).toBeGreaterThan(4);
    expect(world.posts.length).toBeLessThan(14);
    for (const post of world.posts) expect(post.events).toEqual(first);
    world.respond = () => ({ kind: "acknowledged", answer: null });
    await world.pass(30_000);
    expect(reporter.waiting).toBe(0);
    const sent = world.posts.length;
    await world.pass(120_000);
    expect(world.posts).toHaveLength(sent);
  });

  it("waits as long as the server asks", async () => {
    world.respond = () => ({ kind: "again", afterMs: 7000 });
    reporter.record({ type: "play.beat" });
    await world.pass(500);
    await world.pass(6999);
    expect(world.posts).toHaveLength(1);
    await world.pass(1);
    expect(world.posts).toHaveLength(2);
  });

  it("keeps the newest 1000 and counts what it gave up", async () => {
    world.respond = () => again;
    for (let count = 0; count < kKeptMax + 25; count++) reporter.record({ type: "play.beat" });
    expect(reporter.waiting).toBe(kKeptMax);
    expect(reporter.dropped).toBe(25);
    expect(world.stored.has(25)).toBe(false);
    expect(world.stored.has(26)).toBe(true);
  });

  it("sends many in batches, in order, none twice", async () => {
    for (let count = 0; count < 2 * kBatchMax + 7; count++) reporter.record({ type: "play.beat" });
    await world.pass(1000);
    expect(world.posts.map((post) => post.events.length)).toEqual([kBatchMax, kBatchMax, 7]);
    const all = world.posts.flatMap((post) => sequences(post.events));
    expect(all).toEqual(all.map((_, index) => index + 1));
  });

  it("narrows a refused batch down to the poison event, drops that one and delivers the rest", async () => {
    const delivered: number[] = [];
    world.respond = (events) => {
      if (events.some((event) => event.type === "play.error")) return { kind: "refused" };
      delivered.push(...sequences(events));
      return { kind: "acknowledged", answer: null };
    };
    for (let count = 1; count <= 40; count++)
      reporter.record({ type: count === 23 ? "play.error" : "play.beat" });
    await world.pass(60_000);
    expect(reporter.waiting).toBe(0);
    expect(delivered).toHaveLength(39);
    expect(delivered).not.toContain(23);
  });

  it("takes up what an earlier page left, before its own", async () => {
    const earlier = new World();
    earlier.respond = () => again;
    const gone = new Reporter(earlier);
    gone.record({ type: "play.beat" });
    gone.record({ type: "play.end" });
    world.stored = earlier.stored;
    world.sequence = 2;
    reporter.record({ type: "play.attempt" });
    await reporter.start();
    await world.pass(1000);
    expect(world.posts.flatMap((post) => sequences(post.events))).toEqual([1, 2, 3]);
  });

  it("hands the newest to the browser when the page may end, and keeps them when that fails", async () => {
    world.respond = () => again;
    for (let count = 0; count < kLastBatchMax + 10; count++) reporter.record({ type: "play.beat" });
    reporter.lastChance();
    await Promise.resolve();
    await Promise.resolve();
    expect(world.posts[0]?.lastChance).toBe(true);
    expect(sequences(world.posts[0]?.events ?? [])[0]).toBe(11);
    expect(world.stored.size).toBe(kLastBatchMax + 10);
  });
});

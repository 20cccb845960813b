// Goal: the events of a play tell its story once each: start-up is no stall, an ended play is silent, a beat comes each 10 s.
import { beforeEach, expect, it } from "vitest";
import type { EventFacts } from "../events/reporter";
import { kBeatMs, PlayEvents } from "./play_events";

let told: EventFacts[];
let beats: (() => void)[];
let mono: number;
let events: PlayEvents;
const types = (): string[] => told.map((event) => event.type);

beforeEach(() => {
  told = [];
  beats = [];
  mono = 0;
  events = new PlayEvents(
    {
      record: (facts) => told.push(facts),
      positionMs: () => 1234.6,
      durationMs: () => 30_000,
      nowMs: () => 1_000_000 + mono,
      monoMs: () => mono,
      measures: () => ({ buffer_ms: 9000 }),
      every: (ms, run) => {
        expect(ms).toBe(kBeatMs);
        beats.push(run);
        return () => (beats = beats.filter((beat) => beat !== run));
      },
    },
    "t",
    "hls",
  );
  events.named("p");
});

it("tells a plain play from attempt to end", () => {
  events.playing();
  mono = 90;
  events.started();
  events.started();
  beats[0]?.();
  events.paused();
  events.playing();
  events.ended("completed");
  events.ended("left");
  expect(types()).toEqual([
    "play.attempt",
    "play.start",
    "play.beat",
    "play.pause",
    "play.resume",
    "play.end",
  ]);
  expect(told[1]).toEqual({
    type: "play.start",
    play_id: "p",
    title_id: "t",
    position_ms: 1235,
    duration_ms: 30_000,
    t_client_ms: 1_000_090,
    t_mono_ms: 90,
    payload: { startup_ms: 90 },
  });
  expect(told[2]?.payload).toEqual({ buffer_ms: 9000 });
  expect(beats).toHaveLength(0);
});

it("counts buffering after the first picture only, and its length", () => {
  events.buffering(true);
  events.buffering(false);
  events.started();
  mono = 1000;
  events.buffering(true);
  events.buffering(true);
  mono = 1750;
  events.buffering(false);
  expect(types()).toEqual(["play.attempt", "play.start", "play.stall.start", "play.stall.end"]);
  expect(told[3]?.payload).toEqual({ stall_ms: 750 });
});

it("ends a stall when the viewer leaves in it", () => {
  events.started();
  events.buffering(true);
  events.ended("left");
  expect(types().slice(-2)).toEqual(["play.stall.end", "play.end"]);
});

it("does not beat before the first picture or while paused", () => {
  events.beat();
  events.playing();
  events.started();
  events.paused();
  expect(beats).toHaveLength(0);
  expect(types()).toEqual(["play.attempt", "play.start", "play.pause"]);
});

it("keeps what happens before the play is named, with its time, and tells it under that name", () => {
  const world = { ...events["world"], record: (facts: EventFacts) => void told.push(facts) };
  told = [];
  mono = 5;
  const unnamed = new PlayEvents(world, "t", "dash");
  mono = 400;
  unnamed.ended("left");
  expect(told).toEqual([]);
  unnamed.named("late");
  expect(types()).toEqual(["play.attempt", "play.end"]);
  expect(told[0]).toMatchObject({
    play_id: "late",
    t_mono_ms: 5,
    payload: { player: "shaka-dash" },
  });
});

// Goal: a play start survives a control role that is away, under one key, and gives up on what no retry mends.
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, getHome, listHistory, listTitles, startPlay, whenSignedOut } from "./client";

const play = {
  play_id: "p",
  hls_url: "/h",
  dash_url: "/d",
  captions: [],
  duration_ms: 1,
  resume_ms: 0,
  expires_at_ms: 2,
};

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

type Step = () => Promise<Response>;

/** Answers calls of fetch step by step and keeps their requests. */
function script(steps: Step[]): { requests: [string, RequestInit][] } {
  const requests: [string, RequestInit][] = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    requests.push([url, init]);
    const step = steps[requests.length - 1];
    return step ? step() : Promise.reject(new Error("one call too many"));
  });
  return { requests };
}

const broken: Step = () => Promise.reject(new TypeError("connection reset"));
const away: Step = () =>
  Promise.resolve(answer(503, { title: "Unavailable" }, { "Retry-After": "3" }));
const good: Step = () => Promise.resolve(answer(200, play));

afterEach(() => vi.unstubAllGlobals());

describe("startPlay", () => {
  it("repeats network errors and 503 under one key, waiting as asked", async () => {
    const { requests } = script([broken, away, good]);
    const waits: number[] = [];
    const heard: string[] = [];
    const patience = { sleep: async (ms: number) => void waits.push(ms), random: () => 1 };
    await expect(
      startPlay("t", "key-1", { onRetry: (error) => heard.push(error.code), patience }),
    ).resolves.toEqual(play);
    expect(waits).toEqual([250, 3000]);
    expect(heard).toEqual(["unreachable", "unavailable"]);
    for (const [url, init] of requests) {
      expect(url).toBe("/v1/plays");
      expect(new Headers(init.headers).get("Idempotency-Key")).toBe("key-1");
      expect(init.body).toBe('{"title_id":"t"}');
    }
  });

  it.each([
    { status: 404, code: "not_found" },
    { status: 403, code: "forbidden" },
    { status: 400, code: "invalid" },
    { status: 500, code: "failed" },
  ])("does not repeat $status", async ({ status, code }) => {
    const { requests } = script([
      () => Promise.resolve(answer(status, { detail: "because", request_id: "r1" })),
    ]);
    const failure = await startPlay("t", "k").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ code, message: "because", requestId: "r1" });
    expect(requests).toHaveLength(1);
  });

  it("gives up after eight attempts", async () => {
    const { requests } = script(Array.from({ length: 8 }, () => broken));
    const patience = { sleep: async () => undefined, random: () => 0 };
    await expect(startPlay("t", "k", { patience })).rejects.toMatchObject({
      code: "unreachable",
    });
    expect(requests).toHaveLength(8);
  });
});

describe("lists", () => {
  it("reads titles page by page", async () => {
    const { requests } = script([
      () => Promise.resolve(answer(200, { titles: [{ id: "a" }], next_cursor: "x/y" })),
      () => Promise.resolve(answer(200, { titles: [{ id: "b" }], next_cursor: null })),
    ]);
    const query = { genre: "Science fiction" };
    const first = await listTitles(query, null, 60);
    const second = await listTitles(query, first.next_cursor ?? null, 60);
    expect([...first.titles, ...second.titles].map((title) => title.id)).toEqual(["a", "b"]);
    expect(requests.map(([url]) => url)).toEqual([
      "/v1/titles?limit=60&genre=Science+fiction",
      "/v1/titles?limit=60&genre=Science+fiction&cursor=x%2Fy",
    ]);
  });

  it("takes a missing history for an empty one", async () => {
    script([away]);
    await expect(listHistory()).resolves.toEqual([]);
  });
});

describe("401", () => {
  it("is told to whoever asks who is there, and still fails the request", async () => {
    const told = vi.fn();
    whenSignedOut(told);
    script([() => Promise.resolve(answer(401, { title: "Unauthorized" }))]);
    await expect(getHome()).rejects.toMatchObject({ code: "unauthorized" });
    expect(told).toHaveBeenCalledOnce();
    whenSignedOut(() => undefined);
  });
});

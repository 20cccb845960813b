// A house of canned answers for the studio's pages: titles in every state, jobs that fail, members, faults.
// Serves web/dist and the studio's part of web/openapi.json; orders change what it answers next.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { cannedStudioTitles, idOf, kNow } from "./studio_titles.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
/** What `control` sends with every page: the studio must live within it. */
const security =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'";

const jobIdOf = (index) => `0193c${String(index).padStart(27, "0")}`;

function job(index, titleIndex, step, state, more = {}) {
  return {
    id: jobIdOf(index),
    title_id: idOf(titleIndex),
    title_name: cannedStudioTitles()[titleIndex].name,
    step,
    kind: step.split("/")[0],
    state,
    progress: state === "done" ? 1 : 0,
    attempts: state === "queued" ? 0 : 1,
    attempts_max: 3,
    worker: state === "queued" ? "" : "media-4711",
    speed: null,
    code: "",
    message: "",
    created_ms: kNow - 900_000,
    updated_ms: kNow - 2_000,
    started_ms: state === "queued" ? null : kNow - 64_000,
    next_try_ms: null,
    ...more,
  };
}

function cannedJobs() {
  return [
    job(0, 0, "encode/rest/3", "leased", { progress: 0.62, speed: 1.8 }),
    job(1, 0, "thumbnails", "leased", { progress: 0.2, worker: "media-4712" }),
    job(2, 0, "encode/rest/4", "queued"),
    job(3, 2, "probe", "queued", { attempts: 1, next_try_ms: kNow + 45_000 }),
    job(4, 1, "encode/v360/9", "failed", {
      attempts: 3,
      code: "corrupt",
      message: "decoding stopped at 12:04: the file is cut off",
    }),
    job(5, 1, "audio/a1", "failed", { code: "cancelled", message: "no longer needed" }),
    job(6, 1, "probe", "done"),
  ];
}

function stage(id, state, progress, jobs, done, more = {}) {
  return {
    id,
    state,
    progress,
    jobs,
    done,
    failed: 0,
    started_ms: state === "waiting" ? null : kNow - 800_000,
    ended_ms: state === "done" ? kNow - 500_000 : null,
    rungs: [],
    ...more,
  };
}

function rung(height, state, progress, stored) {
  const width = Math.round((height * 16) / 9 / 2) * 2;
  const expected_bytes = height * height * 1_500;
  return {
    track_id: `v${height}`,
    width,
    height,
    state,
    progress,
    expected_bytes,
    stored_bytes: stored ? Math.round(expected_bytes * 0.93) : null,
  };
}

function detailOf(known, jobs) {
  const failed = known.state === "failed";
  const ready = known.state === "ready";
  const rest = ready ? "done" : failed ? "waiting" : "running";
  const first = failed ? "failed" : known.state === "queued" ? "waiting" : "done";
  return {
    ...known,
    stages: [
      stage("probe", known.state === "queued" ? "waiting" : "done", 1, 1, 1),
      stage("first", first, failed ? 0.4 : first === "done" ? 1 : 0, 12, failed ? 4 : 12, {
        failed: failed ? 1 : 0,
        rungs: [rung(360, first, failed ? 0.4 : first === "done" ? 1 : 0, first === "done")],
      }),
      stage("audio", first === "done" ? "done" : "waiting", first === "done" ? 1 : 0, 2, 2),
      stage("extras", known.notes.length > 0 ? "partly" : rest, 0.5, 3, 2, {
        failed: known.notes.length,
      }),
      stage("rest", rest, ready ? 1 : failed ? 0 : 0.3, 12, ready ? 12 : 3, {
        rungs: [480, 720, 1080].map((height) =>
          rung(height, rest, ready ? 1 : failed ? 0 : 0.3, ready),
        ),
      }),
      stage("publish", ready ? "done" : "waiting", ready ? 1 : 0, 1, ready ? 1 : 0),
    ],
    work: jobs.filter((each) => each.title_id === known.id),
    left_out: ready ? 14 : 0,
    log: [
      {
        at_ms: kNow - 3_000,
        level: failed ? "error" : "info",
        job_id: jobIdOf(4),
        step: "encode/v360/9",
        text: failed
          ? "failed (corrupt): decoding stopped at 12:04: the file is cut off"
          : "done by media-4711 in 16234 ms",
      },
      {
        at_ms: kNow - 19_000,
        level: "warning",
        job_id: jobIdOf(4),
        step: "encode/v360/9",
        text: "its worker went away without a word (1 so far)",
      },
      {
        at_ms: kNow - 90_000,
        level: "info",
        job_id: jobIdOf(6),
        step: "probe",
        text: "done by media-4711 in 812 ms",
      },
    ],
    reasons: ["the source's video is mpeg2video, which browsers do not play"],
  };
}

function cannedState() {
  return {
    me: {
      state: "ready",
      account: { id: "m1", name: "Ada", role: "owner" },
      profile: {
        id: "p1",
        name: "Ada",
        kind: "adult",
        avatar: "owl",
        language: "en",
        maturity_max: null,
        has_pin: false,
        autoplay: true,
      },
      server_name: "The Lantern House",
      demo: false,
    },
    titles: cannedStudioTitles(),
    jobs: cannedJobs(),
    disk: { total_bytes: 2_000_000_000_000, free_bytes: 640_000_000_000 },
    policy: { when: "now", night_window: null, cpu_share: 1, disk_quota_bytes: null },
    library: {
      counts: { film: 312, show: 14, episode: 486, extra: 23, edition: 9 },
      libraries: [
        { path: "/srv/films", scanned_ms: kNow - 5_400_000, titles: 344 },
        { path: "/srv/series", scanned_ms: kNow - 5_400_000, titles: 500 },
      ],
      findings: [
        {
          kind: "ambiguous",
          path: "/srv/films/2001.mkv",
          reason: "a year or a name: 2001",
        },
        {
          kind: "unreadable",
          path: "/srv/films/private/Home Movie.mkv",
          reason: "permission denied",
        },
      ],
      findings_total: 2,
      scan: {
        number: 0,
        state: "idle",
        folder: "",
        started_ms: 0,
        ended_ms: 0,
        expected: 0,
        found: 0,
        added: 0,
        changed: 0,
        missing: 0,
        error: "",
      },
    },
    members: [
      { id: "m1", name: "Ada", role: "owner", created_ms: kNow - 9e9, last_seen_ms: kNow },
      { id: "m2", name: "Grace", role: "editor", created_ms: kNow - 8e9, last_seen_ms: kNow - 4e6 },
      { id: "m3", name: "Ｍárton Ő.", role: "viewer", created_ms: kNow - 7e9, last_seen_ms: null },
    ],
    invitations: [{ id: "i1", role: "viewer", note: "Aunt Vera", expires_at_ms: kNow + 2.4e8 }],
    /** Every /v1 answer but /v1/me has this status unless it is 0. */
    away: 0,
    orders: [],
  };
}

function overviewOf(state) {
  const counts = countsOf(state.titles);
  const item = (kind, known, text) => ({
    kind,
    title_id: known?.id ?? null,
    name: known?.name ?? "",
    text,
  });
  const attention = state.titles
    .filter((each) => each.state === "failed")
    .map((each) => item("title_failed", each, each.message));
  if (state.disk && state.disk.free_bytes < 5e9) attention.unshift(item("disk_low", null, ""));
  attention.push(
    ...state.titles
      .filter((each) => each.notes.length > 0)
      .map((each) => item("title_partly", each, each.notes[0])),
  );
  return {
    titles: counts,
    jobs: jobCounts(state.jobs),
    attention,
    working: state.jobs.filter((each) => each.state === "leased"),
    disk: state.disk,
    remaining_cpu_seconds: counts.queued + counts.encoding > 0 ? 11_300 : 0,
  };
}

function countsOf(titles) {
  const counts = { queued: 0, encoding: 0, ready: 0, failed: 0, attention: 0 };
  for (const each of titles) {
    counts[each.state]++;
    if (each.state === "failed" || each.notes.length > 0) counts.attention++;
  }
  return counts;
}

function jobCounts(jobs) {
  const counts = { queued: 0, leased: 0, done: 0, failed: 0 };
  for (const each of jobs) counts[each.state]++;
  return counts;
}

function titlesPage(state, query) {
  const words = (query.get("q") ?? "").toLowerCase();
  const titles = state.titles.filter(
    (each) =>
      (!query.has("state") || each.state === query.get("state")) &&
      (!query.has("attention") || each.state === "failed" || each.notes.length > 0) &&
      `${each.name} ${each.path}`.toLowerCase().includes(words),
  );
  const from = Number(query.get("cursor") ?? 0);
  const limit = Math.min(Number(query.get("limit") ?? 100), 100);
  return {
    titles: titles.slice(from, from + limit),
    next_cursor: from + limit < titles.length ? String(from + limit) : null,
    counts: countsOf(state.titles),
  };
}

function storageOf(state) {
  const stored = state.titles.filter((each) => each.state === "ready");
  const bytesOf = (each) => Math.round(each.source_bytes * 0.71);
  const all = stored.reduce((sum, each) => sum + bytesOf(each), 0);
  return {
    disk: state.disk,
    kinds:
      stored.length === 0
        ? []
        : [
            { kind: "audio", bytes: Math.round(all * 0.08) },
            { kind: "images", bytes: Math.round(all * 0.01) },
            { kind: "video", bytes: Math.round(all * 0.91) },
          ],
    stored_bytes: all,
    source_bytes: state.titles.reduce((sum, each) => sum + each.source_bytes, 0),
    remaining_bytes: 5_800_000_000,
    remaining_cpu_seconds: state.titles.length > 0 ? 11_300 : 0,
    titles: stored
      .map((each) => ({
        id: each.id,
        name: each.name,
        bytes: bytesOf(each),
        source_bytes: each.source_bytes,
      }))
      .sort((a, b) => b.bytes - a.bytes),
  };
}

function orderTitle(state, known, verb, body) {
  if (verb === "turn") {
    known.turn = body.turn;
    return [200, { turn: body.turn }];
  }
  const from = verb === "retry" ? known.jobs.failed : known.jobs.queued + known.jobs.leased;
  if (from === 0)
    return [
      409,
      `nothing of "${known.name}" can be ${verb === "retry" ? "tried again" : "stopped"}`,
    ];
  const mine = state.jobs.filter((each) => each.title_id === known.id && each.state !== "done");
  if (verb === "retry") {
    Object.assign(known, { state: "encoding", message: "", progress: 0.1 });
    known.jobs = { ...known.jobs, queued: from, failed: 0 };
    for (const each of mine) Object.assign(each, { state: "queued", message: "", attempts: 0 });
  } else {
    Object.assign(known, { state: "failed", message: "stopped by an operator" });
    known.jobs = { ...known.jobs, queued: 0, leased: 0, failed: from };
    for (const each of mine)
      Object.assign(each, { state: "failed", message: "stopped by an operator" });
  }
  return [200, { jobs: from }];
}

function studioAnswer(state, method, path, query, body) {
  if (path === "overview") return [200, overviewOf(state)];
  if (path === "titles") return [200, titlesPage(state, query)];
  if (path === "storage") return [200, storageOf(state)];
  if (path === "jobs") {
    const wanted = query.get("state") ?? "unfinished";
    const open = (each) => each.state === "queued" || each.state === "leased";
    const jobs = state.jobs.filter(
      (each) => wanted === "all" || (wanted === "unfinished" ? open(each) : each.state === wanted),
    );
    return [200, { counts: jobCounts(state.jobs), jobs }];
  }
  if (path === "encode-policy") {
    if (method === "PUT") state.policy = body;
    return [200, state.policy];
  }
  if (path === "library") return [200, state.library];
  if (path === "library/rescan") {
    for (const each of state.library.libraries) each.scanned_ms = Date.now();
    const scan = state.library.scan;
    Object.assign(scan, { number: scan.number + 1, ended_ms: Date.now() });
    Object.assign(scan, { found: 5, added: 2, changed: 1, missing: 0 });
    return [200, scan];
  }
  const [kind, id, verb] = path.split("/");
  const list = kind === "titles" ? state.titles : kind === "jobs" ? state.jobs : [];
  const known = list.find((each) => each.id === id);
  if (!known) return [404, "there is no such thing"];
  if (kind === "jobs") {
    known.state = verb === "retry" ? "queued" : "failed";
    known.message = verb === "retry" ? "" : "stopped by an operator";
    return [200, { jobs: 1 }];
  }
  return verb ? orderTitle(state, known, verb, body) : [200, detailOf(known, state.jobs)];
}

function houseAnswer(state, method, path, body) {
  if (path === "/v1/me") return [200, state.me];
  const [, , what, id] = path.split("/");
  if (what === "members") {
    if (method === "GET") return [200, { members: state.members }];
    const member = state.members.find((each) => each.id === id);
    if (!member) return [404, "no such member"];
    if (member.role === "owner") return [409, "the last owner stays"];
    if (method === "PATCH") member.role = body.role;
    else state.members = state.members.filter((each) => each !== member);
    return [200, member];
  }
  if (what === "invitations") {
    if (method === "GET") return [200, { invitations: state.invitations }];
    if (method === "DELETE") {
      state.invitations = state.invitations.filter((each) => each.id !== id);
      return [200, {}];
    }
    const made = { id: `i${state.invitations.length + 2}`, ...body, expires_at_ms: kNow + 6e8 };
    state.invitations.push(made);
    return [
      200,
      { id: made.id, url: "/invite#0123456789abcdef", expires_at_ms: made.expires_at_ms },
    ];
  }
  return null;
}

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : JSON.parse(text);
}

async function api(state, request, response, url) {
  const body = await bodyOf(request);
  const send = (status, json) => {
    response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
    response.end(JSON.stringify(json));
  };
  const problem = (status, detail) => send(status, { title: "Problem", status, detail });
  if (state.away !== 0 && url.pathname !== "/v1/me") return problem(state.away, "control is away");
  if (request.method !== "GET") state.orders.push(`${request.method} ${url.pathname}`);
  const answer = url.pathname.startsWith("/v1/studio/")
    ? studioAnswer(state, request.method, url.pathname.slice(11), url.searchParams, body)
    : houseAnswer(state, request.method, url.pathname, body);
  if (answer === null) return send(200, { accepted: 0, titles: [], rows: [], items: [] });
  return answer[0] === 200 ? send(200, answer[1]) : problem(answer[0], answer[1]);
}

/** Starts on a free port. `state` is changed by tests while it runs; `reset` makes it as it was. */
export async function startStudioFixture(root) {
  const dist = join(root, "web/dist");
  const state = cannedState();
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://fixture");
    if (url.pathname.startsWith("/v1/"))
      return void api(state, request, response, url).catch(() => response.destroy());
    const asset = join(dist, normalize(decodeURIComponent(url.pathname)));
    if (asset.startsWith(dist) && existsSync(asset) && statSync(asset).isFile()) {
      response.writeHead(200, {
        "Content-Type": types[extname(asset)] ?? "application/octet-stream",
      });
      return void response.end(readFileSync(asset));
    }
    response.writeHead(200, {
      "Content-Type": types[".html"],
      "Content-Security-Policy": security,
    });
    response.end(readFileSync(join(dist, "index.html")));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    state,
    reset: () => Object.assign(state, cannedState()),
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  };
}

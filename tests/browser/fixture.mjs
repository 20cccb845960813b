// A server of canned answers for pages and faults that a real house cannot be asked to show: API away, media away,
// a refused token, an empty library. Serves web/dist, the API of web/openapi.json and films made by ffmpeg.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { makeFixtureMedia } from "./fixture_media.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".jpg": "image/jpeg",
  ".m3u8": "application/vnd.apple.mpegurl",
  ".mpd": "application/dash+xml",
  ".m4s": "video/iso.segment",
  ".vtt": "text/vtt",
};

function title(index, name, year, durationMs, more = {}) {
  const id = `0193a${String(index).padStart(27, "0")}`;
  return {
    id,
    kind: "film",
    name,
    year,
    duration_ms: durationMs,
    playable: true,
    state: "ready",
    progress: 1,
    poster_url: `/media/poster-${index % 4}.jpg`,
    ...more,
  };
}

export function cannedTitles() {
  return [
    title(0, "First Light", 2026, 30_000),
    title(1, "The Tide Clock", 2025, 180_000, {
      state: "encoding",
      progress: 0.43,
    }),
    title(2, "A House of Lanterns", 2024, 600_000),
    title(3, "Meridian", 2019, 5_700_000),
    title(4, "Night Ferry to Aarhus", 2011, 6_240_000, {
      playable: false,
      state: "encoding",
      progress: 0.12,
      poster_url: null,
    }),
    title(5, "Salt", 1998, 4_980_000, {
      playable: false,
      state: "queued",
      progress: 0,
      poster_url: null,
    }),
    title(6, "Paper Rivers", null, null, {
      playable: false,
      state: "failed",
      progress: 0,
      poster_url: null,
    }),
    title(7, "The Cartographer's Daughter and the Very Long Winter", 1974, 7_200_000),
  ];
}

function json(response, status, body, headers = {}) {
  const problem = status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, {
    "Content-Type": problem,
    "Cache-Control": "no-store",
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** What `control` sends with every page: the app must live within it. */
const security =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'";

function file(request, response, path) {
  const size = statSync(path).size;
  const headers = {
    "Content-Type": types[extname(path)] ?? "application/octet-stream",
    "Accept-Ranges": "bytes",
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const start = range ? Number(range[1]) : 0;
  const end = range && range[2] !== "" ? Math.min(Number(range[2]), size - 1) : size - 1;
  if (range) headers["Content-Range"] = `bytes ${start}-${end}/${size}`;
  response.writeHead(range ? 206 : 200, {
    ...headers,
    "Content-Length": end - start + 1,
  });
  createReadStream(path, { start, end }).pipe(response);
}

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

/**
 * Starts on a free port. Change `state` while it runs: titles, history, and the faults
 * api (status of every /v1 answer but events, or 0), playFaults (how many play starts answer 503),
 * scriptFaults (how many requests for the player's scripts are cut off), media ("up" | "reset"). It records events by session_seq and play keys in order.
 */
export async function startFixture(root) {
  const dist = join(root, "web/dist");
  if (!existsSync(join(dist, "index.html")))
    throw new Error("web/dist is missing: run npm run build in web/ first");
  const media = join(root, "build/browser/media");
  makeFixtureMedia(media);
  const state = {
    titles: cannedTitles(),
    history: [],
    api: 0,
    playFaults: 0,
    scriptFaults: 0,
    media: "up",
    token: 1,
    events: [],
    keys: [],
  };

  async function api(request, response, path) {
    if (path === "/v1/events") {
      const { events } = await bodyOf(request);
      state.events.push(...events);
      return json(response, 202, {
        accepted: events.length,
        duplicates: 0,
        rejected: [],
      });
    }
    if (state.api !== 0)
      return json(
        response,
        state.api,
        { title: "Unavailable", status: state.api, detail: "control is away" },
        { "Retry-After": "1" },
      );
    if (path === "/v1/titles")
      return json(response, 200, { titles: state.titles, next_cursor: null });
    if (path === "/v1/home") {
      const begun = state.history.flatMap((item) => {
        const known = state.titles.find((each) => each.id === item.title_id);
        return known ? [{ ...known, position_ms: item.position_ms }] : [];
      });
      const rows = [
        { id: "recently-added", name: "Recently added", titles: state.titles.slice(0, 24) },
      ];
      if (begun.length > 0)
        rows.unshift({ id: "continue-watching", name: "Continue watching", titles: begun });
      return json(response, 200, { rows });
    }
    if (path === "/v1/history")
      return json(response, 200, { items: state.history, next_cursor: null });
    if (path === "/v1/plays") {
      state.keys.push(request.headers["idempotency-key"]);
      const { title_id } = await bodyOf(request);
      if (state.playFaults > 0) {
        state.playFaults--;
        return json(response, 503, { title: "Unavailable", status: 503 }, { "Retry-After": "0" });
      }
      const base = `/m/${state.token}`;
      const seen = state.history.find((item) => item.title_id === title_id);
      return json(response, 200, {
        play_id: `0193b${String(state.keys.length).padStart(27, "0")}`,
        hls_url: `${base}/master.m3u8`,
        dash_url: `${base}/manifest.mpd`,
        captions: [{ language: "en", kind: "subtitles", url: `${base}/film.vtt` }],
        duration_ms: 30_000,
        resume_ms: seen ? seen.position_ms : 0,
        expires_at_ms: Date.now() + 3_600_000,
      });
    }
    const found = state.titles.find((known) => path === `/v1/titles/${known.id}`);
    if (!found) return json(response, 404, { title: "Not found", status: 404 });
    return json(response, 200, {
      ...found,
      height: 360,
      audio: [
        { language: "en", name: "English" },
        { language: "de", name: "Deutsch" },
      ],
      captions: [{ language: "en", name: "English" }],
    });
  }

  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://fixture").pathname);
    if (path.startsWith("/v1/"))
      return void api(request, response, path).catch(() => response.destroy());
    if (path.startsWith("/media/"))
      return file(request, response, join(media, normalize(path.slice(6))));
    const token = /^\/m\/(\d+)\/([A-Za-z0-9_.-]+)$/.exec(path);
    if (token) {
      if (state.media === "reset") return void response.socket?.destroy();
      if (Number(token[1]) !== state.token)
        return json(response, 403, { title: "Forbidden", status: 403 });
      const asset = join(media, token[2]);
      return existsSync(asset)
        ? file(request, response, asset)
        : json(response, 404, { title: "Not found", status: 404 });
    }
    if (state.scriptFaults > 0 && /\/assets\/(WatchPage|shaka)/.test(path)) {
      state.scriptFaults--;
      return void response.socket?.destroy();
    }
    const asset = join(dist, normalize(path));
    if (asset.startsWith(dist) && existsSync(asset) && statSync(asset).isFile())
      return file(request, response, asset);
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
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  };
}

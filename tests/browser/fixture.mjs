// A server of canned answers for pages and faults that a real house cannot be asked to show: API away, media away,
// a refused token, an empty library. Serves web/dist, the API of web/openapi.json and films made by ffmpeg.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { answerHouse, openHouse } from "./fixture_house.mjs";
import { makeFixtureMedia } from "./fixture_media.mjs";
import {
  cannedEpisodes,
  cannedState,
  detailOf,
  homeOf,
  pictureFile,
  searchOf,
} from "./fixture_titles.mjs";

export { cannedState };

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
  return text === "" ? {} : JSON.parse(text);
}

/**
 * Starts on a free port. Change `state` while it runs: titles, history, house (fixture_house.mjs), and the faults
 * api (status of every /v1 answer but events, or 0), playFaults (how many play starts answer 503),
 * scriptFaults (how many requests for the player's scripts are cut off), media ("up" | "reset"). It records events by session_seq and play keys in order.
 */
export async function startFixture(root) {
  const dist = join(root, "web/dist");
  if (!existsSync(join(dist, "index.html")))
    throw new Error("web/dist is missing: run npm run build in web/ first");
  const media = join(root, "build/browser/media");
  makeFixtureMedia(media);
  const state = cannedState();

  /** What the profile that watches may see. */
  function visible() {
    const max = state.house?.profile?.maturity_max ?? null;
    return state.titles.filter((each) => max === null || each.maturity <= max);
  }

  function pageOf(request) {
    const query = new URL(request.url, "http://fixture").searchParams;
    const [genre, kind] = [query.get("genre"), query.get("kind")];
    const limit = Number(query.get("limit") ?? 50);
    const from = Number(query.get("cursor") ?? 0);
    const all = visible().filter(
      (each) => (!genre || each.genres.includes(genre)) && (!kind || each.kind === kind),
    );
    const more = from + limit < all.length;
    return {
      titles: all.slice(from, from + limit),
      next_cursor: more ? String(from + limit) : null,
    };
  }

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
    if (state.house === null && path === "/v1/me") return json(response, 200, openHouse);
    if (state.house !== null) {
      const body = request.method === "GET" || path === "/v1/plays" ? {} : await bodyOf(request);
      const answer = answerHouse(state.house, request.method, path, body);
      if (answer?.[0] === 204) return void response.writeHead(204).end();
      if (answer) return json(response, ...answer);
    }
    if (path.startsWith("/v1/images/")) {
      const name = pictureFile(path.slice(11));
      return name
        ? file(request, response, join(media, name))
        : json(response, 404, { title: "Not found", status: 404 });
    }
    if (path === "/v1/titles") return json(response, 200, pageOf(request));
    if (path === "/v1/home") return json(response, 200, homeOf(visible(), state.history));
    if (path === "/v1/search") {
      const query = new URL(request.url, "http://fixture").searchParams.get("q") ?? "";
      state.searches.push(query);
      return json(response, 200, searchOf(visible(), query));
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
      const episodes = cannedEpisodes();
      const at = episodes.findIndex((each) => each.id === title_id);
      return json(response, 200, {
        play_id: `0193b${String(state.keys.length).padStart(27, "0")}`,
        hls_url: `${base}/master.m3u8`,
        dash_url: `${base}/manifest.mpd`,
        captions: [{ language: "en", kind: "subtitles", url: `${base}/film.vtt` }],
        duration_ms: 30_000,
        resume_ms: seen && !seen.completed ? seen.position_ms : 0,
        thumbnails_url: `${base}/thumbnails.vtt`,
        chapters: state.chapters,
        markers: state.markers,
        next: at >= 0 ? (episodes[at + 1] ?? null) : null,
        audio_language: null,
        caption_language: null,
        expires_at_ms: Date.now() + 3_600_000,
      });
    }
    const found = [...visible(), ...cannedEpisodes()].find(
      (known) => path === `/v1/titles/${known.id}`,
    );
    if (!found) return json(response, 404, { title: "Not found", status: 404 });
    return json(response, 200, detailOf(found));
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

// The language of the plays: one command a line; docs in tests/plays/README.md.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync, truncateSync, statSync } from "node:fs";
import net from "node:net";
import { dirname, join } from "node:path";
import { decodedFrames, decodedManifest } from "./decoding.mjs";
import { Service, eventually, pause } from "./service.mjs";
import { Viewer, segmentsOf, variantsOf } from "./viewer.mjs";

const at = (json, path) => path.split(".").reduce((value, key) => (value == null ? undefined : value[key]), json);
const same = (seen, wanted) => (wanted.startsWith("~") ? new RegExp(wanted.slice(1)).test(String(seen)) : String(seen) === wanted);

export class Stage {
  constructor(program) {
    this.service = new Service(program);
    this.names = {};
    this.viewers = {};
    this.answer = null;
    this.again = null;
  }

  get viewer() {
    const name = this.names.viewer ?? "one";
    return (this.viewers[name] ??= new Viewer(this.service.url, name === "stranger" ? "" : this.service.login()));
  }

  path(name) {
    return join(this.service.base, "films", name);
  }

  json() {
    return JSON.parse(this.answer.body.toString());
  }

  /** `$name` and `${name}` become what `let` kept. */
  fill(text) {
    return text.replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, a, b) => this.names[a ?? b] ?? whole);
  }

  async run(line) {
    const [command, ...rest] = this.fill(line).match(/"(?:\\.|[^"])*"|\{.*\}|\S+/g);
    const args = rest.map((arg) => (/^".*"$/.test(arg) ? JSON.parse(arg) : arg));
    if (!commands[command]) throw new Error(`unknown command "${command}"`);
    await commands[command](this, ...args);
  }

  async ask(method, path, args, body = null) {
    const headers = Object.fromEntries(
      args.map((arg) => [arg.slice(0, arg.indexOf(":")).toLowerCase(), arg.slice(arg.indexOf(":") + 1).trim()]),
    );
    if (body !== null) headers["content-type"] ??= "application/json";
    this.again = async () => (this.answer = await this.viewer.request(method, path, { headers, body }));
    await this.again();
  }

  async close() {
    for (const viewer of Object.values(this.viewers)) viewer.close();
    await this.service.remove();
  }
}

const expectations = {
  status: (stage, wanted) => [stage.answer.status, wanted],
  header: (stage, name, wanted) => [stage.answer.headers[name.toLowerCase()] ?? "absent", wanted],
  json: (stage, path, wanted) => [at(stage.json(), path), wanted],
  body: (stage, wanted) => [stage.answer.body.toString(), wanted],
  bytes: (stage, wanted) => [stage.answer.body.length, wanted],
  sha256: (stage, wanted) => [createHash("sha256").update(stage.answer.body).digest("hex"), wanted],
};

const spoken = (...languages) => languages.flatMap((language, i) => [`-metadata:s:a:${i}`, `language=${language}`]);

function filmArguments(seconds, kind) {
  const duration = parseFloat(seconds);
  const picture = ["-f", "lavfi", "-i", `testsrc2=size=640x360:rate=24:duration=${duration}`];
  const sound = ["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=48000:duration=${duration}`];
  const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48", "-keyint_min", "48", "-sc_threshold", "0"];
  const kinds = {
    "browser-safe": [...picture, ...sound, ...h264, "-c:a", "aac"],
    mpeg4: [...picture, ...sound, "-c:v", "mpeg4", "-q:v", "5", "-c:a", "libmp3lame"],
    silent: [...picture, ...h264],
    "sound-only": [...sound, "-c:a", "aac"],
    ladder: ["-f", "lavfi", "-i", `testsrc2=size=1280x720:rate=24:duration=${duration}`, ...sound, "-c:v", "mpeg4", "-q:v", "8", "-bf", "2", "-c:a", "libmp3lame"],
    "open-groups": [...picture, ...sound, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x264-params", "open-gop=1:keyint=24:bframes=2:scenecut=0", "-c:a", "aac"],
    bilingual: [...picture, ...sound, ...sound, "-map", "0", "-map", "1", "-map", "2", ...h264, "-c:a", "aac", ...spoken("eng", "deu")],
    text: null,
  };
  if (!(kind in kinds)) throw new Error(`unknown kind of film "${kind}": ${Object.keys(kinds).join(", ")}`);
  return kinds[kind];
}

const commands = {
  async service(stage, what, ...options) {
    const args = options.map((option) => (existsSync(stage.path(option)) ? stage.path(option) : option));
    if (what === "start") await stage.service.start(args);
    else if (what === "stop") {
      const status = await stage.service.stop();
      if (status !== 0) throw new Error(`matinee serve ended with ${status}`);
    } else if (what === "restart") {
      const port = new URL(stage.service.url).port;
      await stage.service.stop();
      await stage.service.start(args, port);
    } else throw new Error(`service ${what}?`);
  },

  async film(stage, name, seconds, kind) {
    const path = stage.path(name);
    mkdirSync(dirname(path), { recursive: true });
    const args = filmArguments(seconds, kind);
    if (args === null) writeFileSync(path, "this is no film\n".repeat(100));
    else execFileSync("ffmpeg", ["-v", "error", "-y", ...args, path], { stdio: ["ignore", "inherit", "inherit"] });
  },

  async file(stage, name, text) {
    mkdirSync(dirname(stage.path(name)), { recursive: true });
    writeFileSync(stage.path(name), text);
  },

  async cut(stage, name, percent) {
    truncateSync(stage.path(name), Math.floor((statSync(stage.path(name)).size * parseFloat(percent)) / 100));
  },

  // add NAME STATE [MESSAGE]: waits, and the (one) title's state must be that.
  async add(stage, name, state, message = null) {
    let printed;
    try {
      printed = stage.service.run(["add", "--home", stage.service.home, "--json", "--wait", stage.path(name)]);
    } catch (error) {
      printed = error.stdout;
      if (state !== "failed" || !printed) throw new Error(`matinee add: ${error.stderr || error.message}`);
    }
    const last = JSON.parse(printed.trim().split("\n").pop());
    stage.names.added = last.title_id;
    if (last.state !== state) throw new Error(`matinee add: ${JSON.stringify(last)}, expected ${state}`);
    if (message !== null && !same(last.message, message)) throw new Error(`message "${last.message}", expected ${message}`);
  },

  async viewer(stage, name) {
    stage.names.viewer = name;
    await stage.viewer.get("/v1/home");
  },

  get: (stage, path, ...headers) => stage.ask("GET", path, headers),
  head: (stage, path, ...headers) => stage.ask("HEAD", path, headers),
  options: (stage, path, ...headers) => stage.ask("OPTIONS", path, headers),
  post: (stage, path, body, ...headers) => stage.ask("POST", path, headers, body),
  delete: (stage, path, ...headers) => stage.ask("DELETE", path, headers),

  // send "raw bytes": what comes back until the server closes is the answer's body.
  async send(stage, text) {
    const { hostname, port } = new URL(stage.service.url);
    const body = await new Promise((resolve, reject) => {
      const chunks = [];
      const socket = net.connect(port, hostname, () => socket.write(text));
      socket.setTimeout(5000, () => socket.end());
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.on("error", reject);
      socket.on("close", () => resolve(Buffer.concat(chunks)));
    });
    const status = +(/^HTTP\/1\.1 (\d{3})/.exec(body.toString())?.[1] ?? 0);
    stage.answer = { status, headers: {}, body };
  },

  async expect(stage, what, ...args) {
    if (!expectations[what]) throw new Error(`expect ${what}?`);
    const [seen, wanted] = expectations[what](stage, ...args);
    if (!same(seen, wanted)) throw new Error(`${what} is ${String(seen).slice(0, 500)}, expected ${wanted}`);
  },

  // until ...: as expect, the last request being sent again for up to 20 s.
  async until(stage, what, ...args) {
    await eventually(`${what} ${args.join(" ")}`, 20, async () => {
      const [seen, wanted] = expectations[what](stage, ...args);
      if (same(seen, wanted)) return true;
      await pause(100);
      await stage.again();
      return false;
    });
  },

  async let(stage, name, what, ...args) {
    if (what === "json") stage.names[name] = at(stage.json(), args[0]);
    else if (what === "header") stage.names[name] = stage.answer.headers[args[0].toLowerCase()];
    else if (what === "match") stage.names[name] = new RegExp(args[0]).exec(stage.answer.body.toString())?.[1];
    else if (what === "value") stage.names[name] = args[0];
    else throw new Error(`let ${what}?`);
    if (stage.names[name] === undefined) throw new Error(`nothing to keep as ${name}`);
  },

  async kill(stage, role) {
    const { generation } = stage.service.role(role);
    stage.service.signal(role, "SIGKILL");
    stage.names.generation = generation;
  },
  freeze: async (stage, role) => stage.service.signal(role, "SIGSTOP"),
  thaw: async (stage, role) => stage.service.signal(role, "SIGCONT"),
  ready: (stage, role) => stage.service.ready(role, Number(stage.names.generation ?? 0)),

  // unlogged [TEXT]: no role wrote it to the log; without TEXT, the viewers' cookies.
  async unlogged(stage, text = null) {
    const secrets = text === null ? Object.values(stage.viewers).map((viewer) => viewer.cookie.split("=")[1]) : [text];
    for (const secret of secrets) {
      if (!secret) throw new Error("there is nothing to look for in the log");
      const line = stage.service.tail(Infinity).split("\n").find((each) => each.includes(secret));
      if (line) throw new Error(`the log holds a secret: ${line}`);
    }
  },

  // event TYPE {"more":"fields"}: one event of this viewer; the answer is the last answer.
  async event(stage, type, fields = "{}") {
    const body = JSON.stringify({ events: [stage.viewer.event(type, JSON.parse(fields))] });
    stage.names.event = body;
    await stage.ask("POST", "/v1/events", [], body);
  },
  again: (stage) => stage.again(),

  // watch TITLE: plays the highest rung and the audio over HTTP to the end; every range must answer
  // 206 with its bytes, and ffmpeg must decode the whole.
  async watch(stage, title, frames = null) {
    const play = await stage.viewer.post("/v1/plays", { title_id: title });
    if (play.status !== 200 && play.status !== 201) throw new Error(`POST /v1/plays: ${play.status} ${play.body}`);
    const { hls_url, dash_url } = JSON.parse(play.body);
    const base = new URL(hls_url, stage.service.url);
    const main = await stage.viewer.get(base);
    if (main.status !== 200) throw new Error(`${hls_url}: ${main.status} ${main.body}`);
    const { variants, audio } = variantsOf(main.body.toString());
    const best = variants.sort((a, b) => b.bandwidth - a.bandwidth)[0];
    for (const uri of [best.uri, ...audio]) {
      const playlist = await stage.viewer.get(new URL(uri, base));
      for (const segment of segmentsOf(playlist.body.toString())) {
        const headers = segment.bytes === null ? {} : { range: `bytes=${segment.offset}-${segment.offset + segment.bytes - 1}` };
        const part = await stage.viewer.get(new URL(segment.uri, base), { headers });
        const wanted = segment.bytes === null ? 200 : 206;
        if (part.status !== wanted) throw new Error(`${segment.uri}: ${part.status}, expected ${wanted}`);
        if (segment.bytes !== null && part.body.length !== segment.bytes) throw new Error(`${segment.uri}: ${part.body.length} bytes`);
      }
    }
    for (const url of [base, new URL(dash_url, stage.service.url)]) {
      const seen = decodedFrames(url);
      if (frames !== null && seen !== +frames) throw new Error(`${url.pathname.split("/").pop()}: ${seen} frames, expected ${frames}`);
    }
  },

  // decode TITLE FRAMES [AUDIO]: ffmpeg decodes every rung and every one of AUDIO audio tracks, for HLS and for DASH.
  async decode(stage, title, frames, audio = "1") {
    const play = await stage.viewer.post("/v1/plays", { title_id: title });
    const { hls_url, dash_url } = JSON.parse(play.body);
    const main = await stage.viewer.get(hls_url);
    const rungs = new Set(variantsOf(main.body.toString()).variants.map((variant) => variant.uri)).size;
    for (const path of [hls_url, dash_url]) {
      const name = path.split("/").pop();
      const streams = decodedManifest(new URL(path, stage.service.url), rungs, +audio);
      const video = streams.filter((stream) => stream.kind === "video");
      for (const stream of video) {
        if (stream.frames !== +frames) throw new Error(`${name}: ${stream.frames} frames, expected ${frames}`);
      }
      for (const stream of streams) {
        // ffmpeg shows the video of fragments with signed offsets late by its reordering: up to three frames.
        const late_s = stream.kind === "video" ? 0.13 : 0.05;
        if (Math.abs(stream.start_s) > late_s) throw new Error(`${name}: ${stream.kind} starts at ${stream.start_s} s`);
        const apart_s = Math.abs(stream.end_s - video[0].end_s);
        if (apart_s > 0.25) throw new Error(`${name}: ${stream.kind} ends ${apart_s} s from where the video ends`);
      }
    }
  },
};

// Kills every role at random while a browser and scripted players watch and films are encoded:
// no fatal player error, no acknowledged event lost, jobs end with the same bytes as undisturbed.
// usage: node tests/faults/kill_roles.mjs [--seconds 300] [--every 2] [--players 20] [--seed N] [--report FILE]
import { mkdirSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { Service, eventually, pause } from "../plays/harness/service.mjs";
import { Viewer, segmentsOf, variantsOf } from "../plays/harness/viewer.mjs";
import { ScriptedPlayer } from "./player.mjs";
import { BrowserViewer } from "./browser.mjs";

const options = { seconds: 300, every: 2, players: 20, seed: Date.now() % 100000, report: "", program: "build/release/matinee", browser: 1 };
for (let i = 2; i < process.argv.length; i += 2) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in options)) throw new Error(`unknown option ${process.argv[i]}`);
  options[name] = typeof options[name] === "number" ? +process.argv[i + 1] : process.argv[i + 1];
}

// mulberry32: the kills can be replayed by their seed.
let state = options.seed;
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

function makeFilm(path, seconds, codec) {
  const video = codec === "h264" ? ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48"] : ["-c:v", "mpeg4", "-q:v", "6"];
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", `testsrc2=size=640x360:rate=24:duration=${seconds}`,
    "-f", "lavfi", "-i", `sine=frequency=330:duration=${seconds}`, ...video, "-c:a", codec === "h264" ? "aac" : "libmp3lame", path]);
}

const add = (service, path, wait) => {
  const args = ["add", "--home", service.home, "--json", path, ...(wait ? ["--wait"] : [])];
  return JSON.parse(service.run(args).trim().split("\n").pop());
};

/** The media playlists of a title: equal for equal bytes, whatever the title's id. */
async function contentOf(service, title) {
  const viewer = new Viewer(service.url, service.login());
  const play = JSON.parse((await viewer.post("/v1/plays", { title_id: title })).body);
  const base = new URL(play.hls_url, service.url);
  const { variants, audio } = variantsOf((await viewer.get(base)).body.toString());
  const content = [];
  for (const uri of [...variants.map((v) => v.uri), ...audio].sort()) {
    const text = (await viewer.get(new URL(uri, base))).body.toString();
    content.push(uri, ...segmentsOf(text).map((s) => `${s.uri}@${s.offset}+${s.bytes}`));
  }
  viewer.close();
  return content.join("\n");
}

const failures = [];
const check = (name, ok, detail = "") => {
  console.log(`${ok ? "ok    " : "FAILED"} ${name}${detail ? `: ${detail}` : ""}`);
  if (!ok) failures.push(name);
  return ok;
};

const service = new Service(options.program);
const calm = new Service(options.program);
console.log(`seed ${options.seed}, ${options.seconds} s, a kill every ${options.every} s, ${options.players} players`);
try {
  await service.start();
  mkdirSync(join(service.base, "films"));
  const watched = join(service.base, "films/watched.mp4");
  const encoded = join(service.base, "films/encoded.avi");
  makeFilm(watched, 100, "h264");
  makeFilm(encoded, 60, "mpeg4");
  const title = add(service, watched, true).title_id;
  const encoding = add(service, encoded, false).title_id;

  const end = Date.now() + options.seconds * 1000;
  const ledger = new Set();
  const cookie = service.login();
  const players = Array.from({ length: options.players }, () => new ScriptedPlayer(service.url, title, ledger, service.login()));
  const browser = options.browser ? await BrowserViewer.start(service.url, title, service.login()) : null;
  const running = players.map((player) => player.run(end));
  const kills = {};
  while (Date.now() < end) {
    await pause(options.every * 1000);
    const roles = service.roles();
    const { role } = roles[Math.floor(random() * roles.length)];
    if (service.signal(role, "SIGKILL")) kills[role] = (kills[role] ?? 0) + 1;
  }
  await Promise.all(running);
  const seen = browser ? await browser.finish() : null;
  for (const role of service.roles()) await service.ready(role.role);

  console.log(`kills: ${JSON.stringify(kills)}`);
  const sum = (name) => players.reduce((total, player) => total + player[name], 0);
  console.log(`players: ${sum("requests")} requests, ${sum("retries")} retries, ${sum("stalls")} stalls of ${Math.round(sum("stalled_ms"))} ms in all`);
  const fatal = players.filter((player) => player.fatal);
  check("no scripted player had a fatal error", fatal.length === 0, fatal.map((player) => player.fatal).join("; "));
  check("no scripted player stalled", sum("stalls") === 0, `${sum("stalls")} stalls`);
  if (seen) {
    console.log(`browser: ${JSON.stringify(seen)}`);
    check("the browser's player had no fatal error", seen.fatal_errors === 0, JSON.stringify(seen.errors));
    check("the browser played on", seen.played_s > options.seconds * 0.5, `${seen.played_s} s of ${options.seconds} s`);
  }

  await eventually("the film added before the kills is ready", 300, async () => {
    const viewer = new Viewer(service.url, cookie);
    const answer = await viewer.get(`/v1/titles/${encoding}`);
    viewer.close();
    const { state, message } = JSON.parse(answer.body);
    if (state === "failed") throw new Error(`the film failed: ${message}`);
    return state === "ready";
  });
  await calm.start();
  const undisturbed = add(calm, encoded, true).title_id;
  check("jobs ended with the same bytes as undisturbed", (await contentOf(service, encoding)) === (await contentOf(calm, undisturbed)));

  check("the service stops cleanly", (await service.stop()) === 0);
  const logged = new Set(service.run(["events", "--home", service.home]).trim().split("\n").filter(Boolean).map((line) => JSON.parse(line).id));
  const lost = [...ledger].filter((id) => !logged.has(id));
  check("no acknowledged event was lost", lost.length === 0, `${ledger.size} acknowledged, ${lost.length} lost`);
} catch (error) {
  check("the run itself", false, `${error.stack}\n--- the service's last lines\n${service.tail(30)}`);
} finally {
  await service.remove();
  await calm.remove();
}
if (options.report) {
  mkdirSync(dirname(options.report), { recursive: true });
  writeFileSync(options.report, JSON.stringify({ passed: failures.length ? 0 : 1, failed: failures.length, failures }));
}
process.exit(failures.length ? 1 : 0);

// A real `matinee serve` on a home of its own, for plays and fault runs: start, kill roles, stop.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, openSync, closeSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Viewer } from "./viewer.mjs";

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls `probe` until it gives something truthy; fails with `what` after `seconds`. */
export async function eventually(what, seconds, probe) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(50);
  }
}

/** The session that a demo gives to who asks for its page from this machine. */
export async function demoCookie(url) {
  const given = (await fetch(`${url}/`)).headers.get("set-cookie");
  if (!given) throw new Error("the demo signed nobody in");
  return given.split(";")[0];
}

export class Service {
  /** `program` is the matinee executable. */
  constructor(program) {
    this.program = program;
    this.base = mkdtempSync(join(tmpdir(), "matinee-play-"));
    this.home = join(this.base, "home");
    this.log = join(this.base, "log");
    this.process = null;
    this.url = "";
  }

  async start(extra = [], port = 0) {
    const log = openSync(this.log, "a");
    const args = ["serve", "--home", this.home, "--listen", `127.0.0.1:${port}`, ...extra];
    this.process = spawn(this.program, args, { stdio: ["ignore", "pipe", log] });
    closeSync(log);
    let printed = "";
    this.process.stdout.on("data", (bytes) => (printed += bytes));
    this.exited = new Promise((resolve) => this.process.on("exit", (code, signal) => resolve(code ?? signal)));
    let gone = false;
    this.exited.then(() => (gone = true));
    await eventually("the service says where it serves", 60, () => {
      if (gone) throw new Error(`matinee serve ended: ${this.tail()}`);
      return /https?:\/\/\S+/.exec(printed);
    });
    this.url = /https?:\/\/[^\s]+?:\d+/.exec(printed)[0];
    await this.claim();
    return this.url;
  }

  /** Makes the owner by the link that `matinee claim` prints, unless somebody is. */
  async claim() {
    let link;
    try {
      link = JSON.parse(this.run(["claim", "--home", this.home, "--json"]));
    } catch (error) {
      if (/owner already/.test(error.stderr)) return;
      throw error;
    }
    const owner = new Viewer(this.url);
    const token = link.url.split("#")[1];
    const answer = await owner.post("/v1/claim", { token, name: "Owner", password: "correct horse" });
    owner.close();
    if (answer.status !== 200) throw new Error(`POST /v1/claim: ${answer.status} ${answer.body}`);
  }

  /** A new session of the owner, as a Cookie header has it. */
  login() {
    return this.run(["login", "--home", this.home]).trim();
  }

  /** Drains; gives the exit status. */
  async stop() {
    if (!this.process) return 0;
    this.process.kill("SIGTERM");
    const status = await this.exited;
    this.process = null;
    return status;
  }

  roles() {
    return JSON.parse(readFileSync(join(this.home, "run/status.json"), "utf8")).roles;
  }

  role(name) {
    const found = this.roles().find((role) => role.role === name);
    if (!found) throw new Error(`no role ${name}`);
    return found;
  }

  /** Sends a signal to a role that runs; false when it does not run just now. */
  signal(name, signal) {
    const { pid } = this.role(name);
    if (!pid) return false;
    try {
      process.kill(pid, signal);
      return true;
    } catch {
      return false;
    }
  }

  async ready(name, generationAfter = 0) {
    await eventually(`${name} is ready`, 30, () => {
      const role = this.role(name);
      return role.state === "ready" && role.generation > generationAfter;
    });
  }

  run(args) {
    return execFileSync(this.program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  tail(lines = 15) {
    if (!existsSync(this.log)) return "";
    return readFileSync(this.log, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  async remove() {
    await this.stop();
    rmSync(this.base, { recursive: true, force: true });
  }
}

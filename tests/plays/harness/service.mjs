// A real `matinee serve` on a home of its own, for plays and fault runs: start, kill roles, stop.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, openSync, closeSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
    return this.url;
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

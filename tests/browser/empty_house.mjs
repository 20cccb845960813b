// A house as it comes out of the box: `matinee serve` on an empty home, with the claim link that it prints.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const kCommandMs = 120_000;
const kLinkMs = 60_000;
const kStopMs = 20_000;

/** What a command prints. Meanwhile other tests go on. */
const command = (file, args) =>
  promisify(execFile)(file, args, { timeout: kCommandMs }).then(({ stdout }) => stdout);

/** `link` is the claim link; `run` runs a command of the binary on this home; `film` makes a short film's file. */
export async function startEmptyHouse(binary) {
  const folder = mkdtempSync(join(tmpdir(), "matinee-empty-"));
  const home = join(folder, "home");
  const child = spawn(binary, ["serve", "--home", home, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), kStopMs);
    await exited;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  };
  let output = "";
  const printed = new Promise((resolve, reject) => {
    const read = (chunk) => {
      if (output.length < 1_000_000) output += chunk;
      const link = /https?:\/\/[^\s]+\/claim#[A-Za-z0-9_-]+/.exec(output);
      if (link) resolve(link[0]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${output}`)));
    setTimeout(
      () => reject(new Error(`no claim link within a minute: ${output}`)),
      kLinkMs,
    ).unref();
  });
  try {
    const link = await printed;
    return {
      link,
      base: new URL(link).origin,
      run: (...args) => command(binary, [args[0], "--home", home, ...args.slice(1)]),
      film: (name) => makeFilm(join(folder, name)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Twelve seconds that a browser plays as they are. */
async function makeFilm(path) {
  const inputs = ["testsrc2=s=320x180:r=24:d=12", "sine=frequency=330:duration=12"];
  await command("ffmpeg", [
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y"],
    ...inputs.flatMap((input) => ["-f", "lavfi", "-i", input]),
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48"],
    ...["-c:a", "aac", "-movflags", "+faststart", path],
  ]);
  return path;
}

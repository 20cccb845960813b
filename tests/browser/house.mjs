// Starts the house under test: the matinee binary with its generated films, in a home of its own.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kBannerMs = 60_000;
const kStopMs = 20_000;

/** Node's own requests to the house carry a session of its owner, as the page's carry the page's. */
function signNodeIn(base, cookie) {
  const plain = globalThis.fetch;
  globalThis.fetch = (url, options = {}) =>
    String(url).startsWith(base)
      ? plain(url, { ...options, headers: { ...options.headers, cookie } })
      : plain(url, options);
}

/** Resolves once the banner names the address; `stop` ends it and removes the home. */
export async function startHouse(binary) {
  const home = mkdtempSync(join(tmpdir(), "matinee-home-"));
  const child = spawn(binary, ["demo", "--home", home, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise((done) => child.once("exit", done));
  let output = "";
  const base = await new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no address within a minute: ${output}`)),
      kBannerMs,
    );
    const read = (chunk) => {
      if (output.length < 1_000_000) output += chunk;
      const address = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output);
      if (address && address[1] !== "0") {
        clearTimeout(timer);
        resolve(address[0]);
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
  signNodeIn(base, execFileSync(binary, ["login", "--home", home], { encoding: "utf8" }).trim());
  return {
    base,
    home,
    stop: async () => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), kStopMs);
      await exited;
      clearTimeout(timer);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

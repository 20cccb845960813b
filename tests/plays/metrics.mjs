// Every role's /metrics is what Prometheus reads: `promtool check metrics` says so.
// node tests/plays/metrics.mjs --promtool PROGRAM [--program MATINEE] [--report FILE]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Service } from "./harness/service.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const options = { program: join(here, "../../build/release/matinee"), promtool: "", report: "" };
const args = process.argv.slice(2);
while (args.length) {
  const name = args.shift().replace(/^--/, "");
  if (!(name in options)) throw new Error(`unknown option --${name}`);
  options[name] = args.shift() ?? "";
}

const read = (socketPath) =>
  new Promise((resolve, reject) => {
    const request = http.get({ socketPath, path: "/metrics", timeout: 10_000 }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }));
      answer.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
    request.on("error", reject);
  });

async function check(service, role) {
  const { status, text } = await read(join(service.home, "run", `${role}.sock`));
  if (status !== 200) return `status ${status}`;
  if (!text.includes("# TYPE ")) return "no metric at all";
  const checked = spawnSync(options.promtool, ["check", "metrics"], { input: text, encoding: "utf8" });
  return checked.status === 0 ? "" : `promtool: ${checked.stderr || checked.stdout || checked.error}`;
}

function end(passed, failed, skipped) {
  if (options.report) {
    mkdirSync(dirname(options.report), { recursive: true });
    writeFileSync(options.report, JSON.stringify({ passed, failed, skipped }));
  }
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
  process.exit(failed ? 1 : 0);
}

if (!existsSync(options.promtool)) {
  console.log("SKIPPED: /metrics is NOT checked, promtool could not be had (Debian's package prometheus)");
  end(0, 0, 1);
}
const service = new Service(options.program);
let failed = 0;
try {
  await service.start();
  for (const { role } of service.roles()) await service.ready(role);
  // Requests of a few kinds first, so that counters with labels are there too.
  for (const path of ["/", "/v1/home", "/v1/no-such-thing", "/m/x/y.mp4"]) await fetch(service.url + path);
  for (const { role } of service.roles()) {
    const fault = await check(service, role);
    console.log(fault ? `FAILED metrics of ${role}: ${fault}` : `ok     metrics of ${role}`);
    if (fault) failed = 1;
  }
} catch (error) {
  failed = 1;
  console.log(`FAILED metrics: ${error.message}\n${service.tail(25)}`);
} finally {
  await service.remove();
}
end(failed ? 0 : 1, failed, 0);

// Runs plays: node tests/plays/run.mjs [--program MATINEE] [PLAY...]; all of them by default.
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stage } from "./harness/language.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
let program = join(here, "../../build/release/matinee");
let report = null;
while (args[0]?.startsWith("--")) {
  const option = args.shift();
  if (option === "--program") program = args.shift();
  else if (option === "--report") report = args.shift();
  else throw new Error(`unknown option ${option}`);
}
const plays = args.length ? args : readdirSync(here).filter((n) => n.endsWith(".play")).sort().map((n) => join(here, n));

let passed = 0;
const failures = [];
for (const file of plays) {
  const stage = new Stage(program);
  const started = Date.now();
  let number = 0;
  try {
    for (const raw of readFileSync(file, "utf8").split("\n")) {
      number += 1;
      const line = raw.trim();
      if (line && !line.startsWith("#")) await stage.run(line);
    }
    passed += 1;
    console.log(`ok    ${basename(file)} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures.push(basename(file));
    console.log(`FAILED ${basename(file)}:${number}: ${error.message}\n--- the service's last lines\n${stage.service.tail(25)}`);
  } finally {
    await stage.close();
  }
}
if (report) {
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, JSON.stringify({ passed, failed: failures.length, skipped: 0, failures }));
}
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);

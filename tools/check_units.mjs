#!/usr/bin/env node
// Test `units`: systemd finds nothing wrong with the units in deploy/, and how exposed the service
// is stays below a limit. Exit status 77 (skipped) where systemd-analyze is not there.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const kSkipped = 77;
const kExposureMax = 2.0; // of 10; systemd calls up to 2 "OK", a plain unit has 9.6
const deploy = join(dirname(fileURLToPath(import.meta.url)), "../deploy");

if (spawnSync("systemd-analyze", ["--version"]).status !== 0) {
  console.log("systemd-analyze is not installed (package systemd): the units are not checked");
  process.exit(kSkipped);
}
const folder = mkdtempSync(join(tmpdir(), "matinee-units-"));
let failed = false;
try {
  const units = readdirSync(deploy).filter((name) => /\.(service|socket)$/.test(name));
  for (const name of units) {
    const text = readFileSync(join(deploy, name), "utf8");
    // The program need not be installed here; that its path is absolute is checked with it.
    writeFileSync(join(folder, name), text.replaceAll(/^(ExecStart=)\/opt\/matinee\/matinee /gm, "$1/bin/true "));
  }
  for (const name of units) {
    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", join(folder, name)], { encoding: "utf8" });
    // Warnings about the machine's own units are none of ours.
    const ours = verified.stderr.split("\n").filter((line) => units.some((unit) => line.includes(unit)));
    console.log(`${name}: ${ours.length === 0 && verified.status === 0 ? "verified" : verified.stderr}`);
    failed ||= ours.length > 0 || verified.status !== 0;
  }
  const judged = execFileSync("systemd-analyze", ["security", "--offline=true", "--no-pager", join(folder, "matinee.service")], { encoding: "utf8" });
  const level = judged.trimEnd().split("\n").at(-1);
  console.log(level);
  const exposure = Number(/: ([\d.]+) /.exec(level)?.[1] ?? Number.NaN);
  if (!(exposure <= kExposureMax)) {
    console.log(judged);
    failed = true;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

// Adds up every report of the last `./dev test`; the last line is `N passed, N failed`.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const totals = { passed: 0, failed: 0, skipped: 0 };
const counted = new Set();

for (const preset of ["dev", "tsan"]) {
  const folder = `build/${preset}/reports`;
  if (!existsSync(folder)) continue;
  for (const name of readdirSync(folder).filter((n) => n.endsWith(".json"))) {
    let report;
    try {
      report = JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
    } catch {
      continue; // the program died while writing it: its ctest entry below says failed
    }
    let skipped = 0;
    for (const suite of report.testsuites ?? []) {
      for (const test of suite.testsuite) if (test.result === "SKIPPED") skipped++;
    }
    totals.failed += report.failures + (report.errors ?? 0);
    totals.skipped += skipped;
    totals.passed += report.tests - report.failures - (report.errors ?? 0) - skipped - (report.disabled ?? 0);
    if (report.failures === 0) counted.add(`${preset}/${name.replace(/\.(fast\.json)$/, "").replace(/\.json$/, "")}`);
  }
  for (const name of readdirSync(folder).filter((n) => n.endsWith(".xml"))) {
    const cases = readFileSync(`${folder}/${name}`, "utf8").matchAll(/<testcase name="([^"]+)"[^>]*status="([^"]+)"/g);
    for (const [, test, status] of cases) {
      const hasReport = existsSync(`${folder}/${test}.fast.json`) || existsSync(`${folder}/${test}.json`);
      if (status === "run" && !hasReport) totals.passed++;
      // A failed program with a clean report died outside its tests (a leak, a crash at exit).
      if (status === "fail" && (!hasReport || counted.has(`${preset}/${test}`))) totals.failed++;
    }
  }
}
if (existsSync("build/reports/vitest.json")) {
  const report = JSON.parse(readFileSync("build/reports/vitest.json", "utf8"));
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
}
for (const name of ["browser", "plays", "metrics", "faults"]) {
  const path = `build/reports/${name}.json`;
  if (!existsSync(path)) continue;
  const report = JSON.parse(readFileSync(path, "utf8"));
  totals.passed += report.passed;
  totals.failed += report.failed;
  totals.skipped += report.skipped ?? 0;
}
if (totals.skipped) console.log(`${totals.skipped} skipped`);
const line = `${totals.passed} passed, ${totals.failed} failed`;
writeFileSync("build/reports/total", `${line}\n`);
console.log(line);
process.exit(totals.failed || !totals.passed ? 1 : 0);

// Runs tests side by side: each lane has a browser and canned houses of its own, and takes what is next when it is free.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser } from "./browser.mjs";
import { startFixture } from "./fixture.mjs";
import { startStudioFixture } from "./studio_fixture.mjs";

const kTestMs = 240_000;

/** Thrown by a test that this house cannot run, with the reason. */
class Skip extends Error {}

async function within(ms, what, run) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}

const fileOf = (name) => name.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 80);

/** Runs one test in a lane and tells how it went: "passed", "failed" or "skipped". */
async function runTest({ suite, test, world }, lane, shots) {
  const name = `${suite}: ${test.name}`;
  const started = Date.now();
  let tab = null;
  try {
    tab = test.browser === false ? null : await lane.browser.open(test.options);
    const faults = [];
    tab?.page.on("pageerror", (error) => faults.push(error.message));
    const skip = (why) => {
      throw new Skip(why);
    };
    const given = { ...world(lane), page: tab?.page, context: tab?.context };
    await within(kTestMs, name, test.run({ ...given, open: lane.browser.open, shots, skip }));
    if (faults.length > 0) throw new Error(`script errors in the page: ${faults.join("; ")}`);
    console.log(`ok      ${name} (${Date.now() - started} ms)`);
    return "passed";
  } catch (error) {
    if (error instanceof Skip) {
      console.log(`skipped ${name}: ${error.message}`);
      return "skipped";
    }
    console.log(`FAILED  ${name}\n${String(error.stack ?? error).replace(/^/gm, "        ")}`);
    const path = join(shots, "failed", `${fileOf(name)}.png`);
    await tab?.page.screenshot({ path, timeout: 10_000 }).catch(() => undefined);
    return "failed";
  } finally {
    await tab?.close().catch(() => undefined);
  }
}

async function openLane(root) {
  const [browser, fixture, studio] = await Promise.all([
    startBrowser(),
    startFixture(root),
    startStudioFixture(root),
  ]);
  const close = () => Promise.all([browser.close(), fixture.stop(), studio.stop()]);
  return { browser, fixture, studio, close };
}

/**
 * Runs `series`, lists of { suite, test, world } of which each runs in order in one lane, in up to `workers` lanes.
 * `world` makes of a lane what its test is given. Answers the counts, and the seconds of every suite.
 */
export async function runLanes(series, workers, root, shots) {
  mkdirSync(join(shots, "failed"), { recursive: true });
  const totals = { passed: 0, failed: 0, skipped: 0, seconds: {} };
  const waiting = [...series];
  const work = async () => {
    const lane = await openLane(root);
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        for (const job of next) {
          const started = Date.now();
          totals[await runTest(job, lane, shots)]++;
          const spent = (Date.now() - started) / 1000;
          totals.seconds[job.suite] = (totals.seconds[job.suite] ?? 0) + spent;
        }
      }
    } finally {
      await lane.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, waiting.length) }, work));
  return totals;
}

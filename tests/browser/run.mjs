// Runs the browser tests: `node run.mjs [--base URL] [--fixture] [--only WORD]`.
// The house is the server at --base or $MATINEE_BASE, else the binary of $MATINEE_BINARY, else (or with --fixture) canned answers.
// Prints one line per test and `N passed, N failed`; writes build/reports/browser.json; screenshots go to build/browser/.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { appTests } from "./app.test.mjs";
import { openBrowser } from "./browser.mjs";
import { faultTests } from "./faults.test.mjs";
import { startFixture } from "./fixture.mjs";
import { startHouse } from "./house.mjs";
import { lookTests } from "./look.test.mjs";
import { journeyTests } from "./journeys.test.mjs";
import { manifestTests } from "./manifests.test.mjs";
import { ownerTests } from "./owner.test.mjs";
import { pageTests } from "./pages.test.mjs";
import { studioTests } from "./studio.test.mjs";
import { startStudioFixture } from "./studio_fixture.mjs";

const kTestMs = 240_000;
const root = fileURLToPath(new URL("../../", import.meta.url));
const { values: options } = parseArgs({
  options: {
    base: { type: "string" },
    fixture: { type: "boolean" },
    only: { type: "string" },
  },
});

/** Thrown by a test that this house cannot run, with the reason. */
class Skip extends Error {}

const counts = { passed: 0, failed: 0, skipped: 0 };

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

async function runTests(suite, tests, world) {
  for (const test of tests) {
    const name = `${suite}: ${test.name}`;
    if (options.only && !name.includes(options.only)) continue;
    const started = Date.now();
    let browser = null;
    try {
      browser = test.browser === false ? null : await openBrowser(test.options);
      const page = browser
        ? (browser.context.pages()[0] ?? (await browser.context.newPage()))
        : null;
      const faults = [];
      page?.on("pageerror", (error) => faults.push(error.message));
      await within(
        kTestMs,
        name,
        test.run({
          ...world,
          page,
          context: browser?.context,
          skip: (why) => {
            throw new Skip(why);
          },
        }),
      );
      if (faults.length > 0) throw new Error(`script errors in the page: ${faults.join("; ")}`);
      counts.passed++;
      console.log(`ok      ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      if (error instanceof Skip) {
        counts.skipped++;
        console.log(`skipped ${name}: ${error.message}`);
        continue;
      }
      counts.failed++;
      console.log(`FAILED  ${name}\n${String(error.stack ?? error).replace(/^/gm, "        ")}`);
      const page = browser?.context.pages()[0];
      await page
        ?.screenshot({ path: join(world.shots, `failed-${counts.failed}.png`) })
        .catch(() => undefined);
    } finally {
      await browser?.close().catch(() => undefined);
    }
  }
}

const shots = join(root, "build/browser");
mkdirSync(shots, { recursive: true });
mkdirSync(join(root, "build/reports"), { recursive: true });
const given = options.base ?? process.env.MATINEE_BASE;
const binary = options.fixture ? undefined : process.env.MATINEE_BINARY;
let house = null;
try {
  const fixture = await startFixture(root);
  house = given
    ? { base: given.replace(/\/$/, ""), stop: async () => undefined }
    : binary
      ? await startHouse(binary)
      : null;
  const canned = house === null;
  await runTests("app", appTests, {
    base: house?.base ?? fixture.base,
    shots,
    canned,
  });
  if (house) await runTests("manifests", manifestTests, { base: house.base, shots });
  if (binary) await runTests("owner", ownerTests, { binary, shots });
  const stage = { base: fixture.base, fixture: fixture.state, shots };
  await runTests("faults", faultTests, stage);
  await runTests("journeys", journeyTests, stage);
  await runTests("pages", pageTests, stage);
  await runTests("look", lookTests, stage);
  await fixture.stop();
  const studio = await startStudioFixture(root);
  await runTests("studio", studioTests, { house: studio, shots });
  await studio.stop();
} finally {
  await house?.stop();
}
writeFileSync(join(root, "build/reports/browser.json"), `${JSON.stringify(counts)}\n`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

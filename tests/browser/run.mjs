// Runs the browser tests: `node run.mjs [--base URL] [--fixture] [--only WORD] [--workers N]`.
// The house is the server at --base or $MATINEE_BASE, else the binary of $MATINEE_BINARY, else (or with --fixture) canned answers.
// Prints one line per test, the seconds of every file and `N passed, N failed`; screenshots go to build/browser/.
// A whole run writes build/reports/browser.json; one of --only does not.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { appTests } from "./app.test.mjs";
import { audienceTests } from "./audience.test.mjs";
import { faultTests } from "./faults.test.mjs";
import { makeFixtureMedia } from "./fixture_media.mjs";
import { startHouse } from "./house.mjs";
import { journeyTests } from "./journeys.test.mjs";
import { runLanes } from "./lanes.mjs";
import { lookTests } from "./look.test.mjs";
import { manifestTests } from "./manifests.test.mjs";
import { ownerTests } from "./owner.test.mjs";
import { pageTests } from "./pages.test.mjs";
import { studioTests } from "./studio.test.mjs";

const kWorkers = 2;
const root = fileURLToPath(new URL("../../", import.meta.url));
const { values: options } = parseArgs({
  options: {
    base: { type: "string" },
    fixture: { type: "boolean" },
    only: { type: "string" },
    workers: { type: "string", default: String(kWorkers) },
  },
});

const shots = join(root, "build/browser");
mkdirSync(shots, { recursive: true });
makeFixtureMedia(join(shots, "media"));
const given = options.base ?? process.env.MATINEE_BASE;
const binary = options.fixture ? undefined : process.env.MATINEE_BINARY;

/** The tests of a file that were asked for, with what they are given. */
function jobs(suite, tests, world) {
  const wanted = (test) => !options.only || `${suite}: ${test.name}`.includes(options.only);
  return tests.filter(wanted).map((test) => ({ suite, test, world }));
}

/** What may run in any order, each by itself. */
const apart = (list) => list.map((job) => [job]);

function plan(house) {
  const stage = (lane) => ({
    base: lane.fixture.base,
    fixture: lane.fixture.state,
  });
  const real = (lane) => ({
    base: house?.base ?? lane.fixture.base,
    canned: !house,
  });
  // One house remembers what was watched in it: its tests stay in order. They take longest, so they begin.
  const inHouse = [
    ...jobs("app", appTests, real),
    ...(house ? jobs("manifests", manifestTests, real) : []),
    // Last: it fills the house with members.
    ...(house?.home ? jobs("audience", audienceTests, () => ({ base: house.base, house })) : []),
  ];
  return [
    inHouse,
    ...(binary ? apart(jobs("owner", ownerTests, () => ({ binary }))) : []),
    ...apart(jobs("journeys", journeyTests, stage)),
    ...apart(jobs("faults", faultTests, stage)),
    ...apart(jobs("look", lookTests, stage)),
    ...apart(jobs("studio", studioTests, (lane) => ({ house: lane.studio }))),
    ...apart(jobs("pages", pageTests, stage)),
  ].filter((series) => series.length > 0);
}

const started = Date.now();
const houseTests = {
  app: appTests,
  manifests: manifestTests,
  audience: audienceTests,
};
const usesHouse =
  !options.only ||
  Object.entries(houseTests).some(([suite, tests]) => jobs(suite, tests).length > 0);
let house = null;
let totals;
try {
  if (given) house = { base: given.replace(/\/$/, ""), stop: async () => undefined };
  else if (binary && usesHouse) house = await startHouse(binary);
  totals = await runLanes(plan(house), Number(options.workers), root, shots);
} finally {
  await house?.stop();
}
const whole = Math.round((Date.now() - started) / 1000);
for (const [suite, seconds] of Object.entries(totals.seconds))
  console.log(`        ${suite}: ${Math.round(seconds)} s`);
if (!options.only) {
  mkdirSync(join(root, "build/reports"), { recursive: true });
  writeFileSync(join(root, "build/reports/browser.json"), `${JSON.stringify(totals)}\n`);
}
console.log(`        ${whole} s in ${options.workers} lanes`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);

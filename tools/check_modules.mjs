// Fails on an include that a module did not declare and on a cycle; prints the floors that follow.
// usage: node tools/check_modules.mjs BUILD/modules.json
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const depends = JSON.parse(readFileSync(process.argv[2], "utf8"));
const problems = [];

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (/\.(h|cpp)$/.test(entry.name)) yield path;
  }
}

for (const module of readdirSync(join(root, "src"), { withFileTypes: true })) {
  if (!module.isDirectory()) continue;
  if (!(module.name in depends)) {
    problems.push(`src/${module.name} is no declared module`);
    continue;
  }
  for (const path of files(join(root, "src", module.name))) {
    for (const [, included] of readFileSync(path, "utf8").matchAll(/^\s*#include "([^"/]+)\//gm)) {
      if (included !== module.name && included in depends && !depends[module.name].includes(included)) {
        problems.push(`${path.slice(root.length + 1)} includes ${included}/, which src/${module.name}/CMakeLists.txt does not declare`);
      }
    }
  }
}

const floors = new Map();
function floor(name, trail) {
  if (trail.includes(name)) {
    problems.push(`cycle: ${[...trail, name].join(" -> ")}`);
    return 0;
  }
  if (!floors.has(name)) {
    const below = (depends[name] ?? []).map((d) => floor(d, [...trail, name]));
    floors.set(name, below.length ? 1 + Math.max(...below) : 0);
  }
  return floors.get(name);
}
for (const name of Object.keys(depends)) floor(name, []);

for (let level = 0; level <= Math.max(...floors.values()); level++) {
  const names = [...floors].filter(([, f]) => f === level).map(([n]) => n);
  if (names.length) console.log(`floor ${level}: ${names.sort().join(" ")}`);
}
for (const problem of problems) console.error(problem);
process.exit(problems.length ? 1 : 0);

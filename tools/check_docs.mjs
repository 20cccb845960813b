// Fails when a document names a file or folder of this repository that does not exist.
// Names are read from back-ticks: `src/...`, `docs/...`, `web/...`, `codec/...`, and the like.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
for (const folder of ["docs", "docs/adr"]) {
  for (const name of readdirSync(join(root, folder))) if (name.endsWith(".md")) documents.push(join(folder, name));
}
const named = /`((?:src|docs|web|codec|tests|bench|deploy|tools|cmake|\.ci)\/[A-Za-z0-9_./-]+)`/g;
let missing = 0;
let checked = 0;
for (const document of documents) {
  if (!existsSync(join(root, document))) continue;
  for (const [, path] of readFileSync(join(root, document), "utf8").matchAll(named)) {
    checked++;
    if (!existsSync(join(root, path))) {
      console.error(`${document} names ${path}, which does not exist`);
      missing++;
    }
  }
}
console.log(`${checked} names in ${documents.length} documents checked`);
process.exit(missing ? 1 : 0);

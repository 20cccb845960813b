// Fails when what a browse page loads (entry script, style and what they import) exceeds its budget, gzip-compressed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const kBudgetBytes = 60 * 1024;
const dist = new URL("./dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const files = new Set(["index.html"]);
for (const [, address] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)) files.add(address);
let total = 0;
for (const file of files) {
  const bytes = gzipSync(readFileSync(fileURLToPath(new URL(file, dist))), { level: 9 }).length;
  total += bytes;
  console.log(`${file} ${bytes} bytes gzip`);
}
console.log(`browse page ${total} of ${kBudgetBytes} bytes`);
process.exit(total <= kBudgetBytes ? 0 : 1);

// A Vite plugin: beside each text file of the build a brotli and a gzip one, made once, so that a
// server only has to choose. Small files are left alone: the headers would weigh more.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const kTextFiles = /\.(html|js|css|svg|json|webmanifest|txt)$/;
const kWorthBytes = 512;

function compress(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) compress(new URL(`${entry.name}/`, folder));
    if (!entry.isFile() || !kTextFiles.test(entry.name)) continue;
    const bytes = readFileSync(new URL(entry.name, folder));
    if (bytes.length < kWorthBytes) continue;
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    writeFileSync(new URL(`${entry.name}.br`, folder), brotliCompressSync(bytes, { params }));
    writeFileSync(new URL(`${entry.name}.gz`, folder), gzipSync(bytes, { level: 9 }));
  }
}

/** @returns {import("vite").Plugin} */
export function precompress() {
  return {
    name: "precompress",
    apply: "build",
    enforce: "post",
    closeBundle: () => compress(new URL("./dist/", import.meta.url)),
  };
}

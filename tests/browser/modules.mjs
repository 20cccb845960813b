// npm packages of web/ for the tests here: one `npm ci` serves both folders.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));

export const { chromium } = require("playwright-core");
export const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
export const m3u8Parser = require("m3u8-parser");
export const mpdParser = require("mpd-parser");
export const mp4box = require("mp4box");

// The build of the web app: one small entry for browsing; the player engine is a chunk of its own.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { precompress } from "./precompress.js";

const server = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte(), precompress()],
  build: {
    target: "es2022",
    outDir: "dist",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/v1": server, "/m": server, "/openapi.json": server },
  },
});

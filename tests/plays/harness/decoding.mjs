// Decodes what a manifest names with ffmpeg, every track of it to the end.
import { execFileSync } from "node:child_process";

const kDeadlineMs = 60_000;

function ffmpeg(args) {
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], timeout: kDeadlineMs, killSignal: "SIGKILL" };
  return execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-xerror", ...args], { ...options, maxBuffer: 64 << 20 });
}

/** Frames of the best video of a manifest, fully decoded by ffmpeg; its errors are errors. */
export function decodedFrames(url, stream = "0:v:0") {
  const printed = ffmpeg(["-i", String(url), "-map", stream, "-f", "null", "-progress", "-", "-"]);
  return +printed.match(/^frame=(\d+)/gm).pop().slice(6);
}

/** The mapped streams as [{kind, frames, start_s, end_s}], each frame decoded once, none dropped or doubled. */
export function decodedStreams(url, maps) {
  const printed = ffmpeg(["-i", String(url), ...maps.flatMap((map) => ["-map", map]), "-vsync", "passthrough", "-f", "framecrc", "-"]);
  const streams = [];
  for (const line of printed.split("\n")) {
    const head = /^#(tb|media_type) (\d+): (\S+)/.exec(line);
    if (head) {
      const stream = (streams[+head[2]] ??= { kind: "", tick_s: 0, frames: 0, start_s: 0, end_s: 0 });
      if (head[1] === "media_type") stream.kind = head[3];
      else stream.tick_s = head[3].split("/").reduce((a, b) => a / b);
    }
    if (!line || line.startsWith("#")) continue;
    const [index, , pts, duration] = line.split(",").map(Number);
    const stream = streams[index];
    if (stream.frames++ === 0) stream.start_s = pts * stream.tick_s;
    stream.end_s = (pts + duration) * stream.tick_s;
  }
  return streams;
}

/**
 * Every rung and every audio track of a manifest, as decodedStreams. One by one, as ffmpeg's DASH reader ends all
 * tracks where the first of those that it reads ends.
 */
export function decodedManifest(url, rungs, audio_tracks) {
  const maps = (kind, count) => Array.from({ length: count }, (_, i) => `0:${kind}:${i}`);
  return [...maps("v", rungs), ...maps("a", audio_tracks)].map((map) => decodedStreams(url, [map])[0]);
}

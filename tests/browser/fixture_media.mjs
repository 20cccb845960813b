// Films and posters for the fixture server, made once with the ffmpeg command and kept under build/.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const kFilmSeconds = 30;

const vtt = `WEBVTT

00:00:00.500 --> 00:00:12.000
The first light falls on the river.

00:00:12.500 --> 00:00:29.000
And the house begins to fill.
`;

function ffmpeg(folder, ...args) {
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", ...args], {
    cwd: folder,
  });
}

function gradient(colours, size, seconds) {
  const named = colours.map((colour, index) => `c${index}=${colour}`).join(":");
  return `gradients=s=${size}:d=${seconds}:r=24:n=${colours.length}:speed=0.02:seed=7:${named}`;
}

export const posters = [
  ["0x10243f", "0xd9793d", "0xf6d58b", "0x3b1f4a"],
  ["0x06202b", "0x1d7a74", "0xbfe3c0", "0x0a3d55"],
  ["0x2b0f1c", "0x8d2f3a", "0xe8b46a", "0x1a1230"],
  ["0x11131f", "0x4a5b8c", "0xc7d0e8", "0x2a2140"],
];

/** A map of four tiles of one picture. */
const thumbnails = `WEBVTT

${[0, 1, 2, 3]
  .map(
    (tile) =>
      `00:00:${String(tile * 8).padStart(2, "0")}.000 --> 00:00:${String(Math.min(30, tile * 8 + 8)).padStart(2, "0")}.000\ntiles.jpg#xywh=${(tile % 2) * 160},${tile > 1 ? 90 : 0},160,90`,
  )
  .join("\n\n")}
`;

/** Makes `folder` with poster-N.jpg and upright-N.jpg, tiles.jpg with thumbnails.vtt, master.m3u8, manifest.mpd (one set of fMP4 files) and film.vtt. */
export function makeFixtureMedia(folder) {
  if (existsSync(join(folder, "thumbnails.vtt"))) return;
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  posters.forEach((colours, index) => {
    ffmpeg(
      making,
      "-f",
      "lavfi",
      "-i",
      gradient(colours, "1280x720", 4),
      "-ss",
      "3",
      "-frames:v",
      "1",
      "-q:v",
      "4",
      `poster-${index}.jpg`,
    );
    const still = ["-ss", "2", "-frames:v", "1", "-q:v", "4"];
    ffmpeg(
      making,
      "-f",
      "lavfi",
      "-i",
      gradient(colours, "600x900", 4),
      ...still,
      `upright-${index}.jpg`,
    );
    if (index === 0)
      ffmpeg(making, "-f", "lavfi", "-i", gradient(colours, "320x180", 4), ...still, "tiles.jpg");
  });
  const x264 = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-pix_fmt",
    "yuv420p",
    "-g",
    "48",
    "-keyint_min",
    "48",
    "-sc_threshold",
    "0",
  ];
  ffmpeg(
    making,
    "-f",
    "lavfi",
    "-i",
    gradient(posters[0], "640x360", kFilmSeconds),
    "-f",
    "lavfi",
    "-i",
    `sine=frequency=220:sample_rate=48000:duration=${kFilmSeconds}`,
    "-map",
    "0:v",
    "-map",
    "0:v",
    "-map",
    "1:a",
    ...x264,
    "-s:v:0",
    "640x360",
    "-b:v:0",
    "900k",
    "-s:v:1",
    "320x180",
    "-b:v:1",
    "250k",
    "-c:a",
    "aac",
    "-b:a",
    "96k",
    "-metadata:s:a:0",
    "language=eng",
    "-f",
    "dash",
    "-seg_duration",
    "2",
    "-use_template",
    "1",
    "-use_timeline",
    "1",
    "-hls_playlist",
    "1",
    "-adaptation_sets",
    "id=0,streams=v id=1,streams=a",
    "manifest.mpd",
  );
  writeFileSync(join(making, "film.vtt"), vtt);
  writeFileSync(join(making, "thumbnails.vtt"), thumbnails);
  renameSync(making, folder);
}

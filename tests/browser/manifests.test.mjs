// Goal: parsers that nobody here wrote read what the house serves: HLS, DASH and every initialization and media segment.
import assert from "node:assert/strict";
import { m3u8Parser, mp4box, mpdParser } from "./modules.mjs";

async function text(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return response.text();
}

async function bytes(url, offset, length) {
  const headers = length === undefined ? {} : { Range: `bytes=${offset}-${offset + length - 1}` };
  const response = await fetch(url, { headers });
  assert.equal(response.status, length === undefined ? 200 : 206, url);
  const body = await response.arrayBuffer();
  if (length !== undefined) assert.equal(body.byteLength, length, `${url} ${headers.Range}`);
  return body;
}

async function play(base) {
  const { titles } = await (await fetch(`${base}/v1/titles?limit=100`)).json();
  const title = titles
    .filter((known) => known.playable)
    .sort((a, b) => a.duration_ms - b.duration_ms)[0];
  assert.ok(title, "a playable title");
  const response = await fetch(`${base}/v1/plays`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": `manifests-${Date.now()}`,
    },
    body: JSON.stringify({ title_id: title.id }),
  });
  assert.ok(response.ok, `POST /v1/plays answered ${response.status}`);
  return response.json();
}

function hls(playlist) {
  const parser = new m3u8Parser.Parser();
  parser.push(playlist);
  parser.end();
  return parser.manifest;
}

/** Feeds an initialization segment and media segments to mp4box; answers the tracks and the samples it saw. */
function mp4(parts) {
  const file = mp4box.createFile();
  let info = null;
  let failure = null;
  let samples = 0;
  file.onError = (message) => (failure = message);
  file.onReady = (found) => {
    info = found;
    for (const track of found.tracks)
      file.setExtractionOptions(track.id, null, { nbSamples: 1000 });
    file.start();
  };
  file.onSamples = (_id, _user, list) => (samples += list.length);
  let at = 0;
  for (const part of parts) {
    part.fileStart = at;
    at += part.byteLength;
    file.appendBuffer(part);
  }
  file.flush();
  assert.equal(failure, null);
  assert.ok(info, "mp4box found no moov");
  return { info, samples };
}

/** Total duration and contents of one track given as segments with absolute addresses. */
async function checkTrack(name, init, segments, durationSeconds) {
  const total = segments.reduce((sum, segment) => sum + segment.duration, 0);
  assert.ok(Math.abs(total - durationSeconds) < 0.5, `${name}: ${total} s of ${durationSeconds} s`);
  const parts = [await bytes(init.url, init.offset, init.length)];
  for (const segment of segments.slice(0, 3))
    parts.push(await bytes(segment.url, segment.offset, segment.length));
  const { info, samples } = mp4(parts);
  assert.equal(info.tracks.length, 1, name);
  assert.ok(samples > 0, `${name}: no samples`);
  return info.tracks[0];
}

/** The first steering answer stands in the manifest, as a data: URI that names all pathways. */
function firstAnswer(uri) {
  const [head, body] = uri.split(",");
  assert.equal(head, "data:application/json;base64");
  const answer = JSON.parse(Buffer.from(body, "base64").toString());
  assert.equal(answer.VERSION, 1);
  assert.ok(answer.TTL >= 1 && answer.TTL <= 3600);
  return answer;
}

/** With one edge a manifest says nothing of steering; with several, every pathway is written out in full. */
function checkHlsSteering(main) {
  const steering = main.contentSteering;
  if (!steering) {
    assert.ok(main.playlists.every((variant) => !variant.attributes["PATHWAY-ID"]));
    return;
  }
  const answer = firstAnswer(steering.serverUri);
  assert.equal(steering.pathwayId, answer["PATHWAY-PRIORITY"][0]);
  const variants = (id) =>
    main.playlists.filter((variant) => variant.attributes["PATHWAY-ID"] === id);
  const stable = (id) =>
    variants(id)
      .map((variant) => variant.attributes["STABLE-VARIANT-ID"])
      .join();
  for (const id of answer["PATHWAY-PRIORITY"]) {
    assert.ok(variants(id).length >= 1, id);
    assert.equal(stable(id), stable(steering.pathwayId));
    for (const variant of variants(id)) {
      assert.match(variant.uri, /^https?:/);
      assert.ok(!variant.attributes.AUDIO || variant.attributes.AUDIO.endsWith(`-${id}`));
    }
  }
}

function checkDashSteering(manifest) {
  if (!manifest.contentSteering) return;
  const answer = firstAnswer(manifest.contentSteering.serverURL);
  assert.equal(manifest.contentSteering.queryBeforeStart, true);
  assert.equal(manifest.contentSteering.defaultServiceLocation, answer["PATHWAY-PRIORITY"][0]);
}

export const manifestTests = [
  {
    name: "m3u8-parser and mp4box read HLS",
    browser: false,
    run: async ({ base }) => {
      const started = await play(base);
      const address = new URL(started.hls_url, base);
      const main = hls(await text(address));
      assert.ok(main.playlists.length >= 1);
      checkHlsSteering(main);
      const renditions = main.playlists.map((variant) => ({
        uri: variant.uri,
        ...variant.attributes,
      }));
      for (const group of Object.values(main.mediaGroups.AUDIO)) {
        for (const [name, audio] of Object.entries(group))
          if (audio.uri) renditions.push({ uri: audio.uri, audio: name });
      }
      for (const rendition of renditions) {
        if (!rendition.audio) {
          assert.match(rendition.CODECS, /avc1\.[0-9a-f]{6}/i);
          assert.ok(rendition.BANDWIDTH > 0 && rendition.RESOLUTION.height > 0);
        }
        const url = new URL(rendition.uri, address);
        const media = hls(await text(url));
        assert.equal(media.endList, true, rendition.uri);
        const at = (part) => ({
          url: new URL(part.uri, url),
          offset: part.byterange?.offset,
          length: part.byterange?.length,
        });
        const segments = media.segments.map((segment) => ({
          ...at(segment),
          duration: segment.duration,
        }));
        assert.ok(
          segments.every((segment) => Math.round(segment.duration) <= media.targetDuration),
          "longer than the target",
        );
        const track = await checkTrack(
          rendition.uri,
          at(media.segments[0].map),
          segments,
          started.duration_ms / 1000,
        );
        assert.match(track.codec, rendition.audio ? /^mp4a/ : /^avc1/);
      }
    },
  },
  {
    name: "mpd-parser and mp4box read DASH",
    browser: false,
    run: async ({ base }) => {
      const started = await play(base);
      const address = new URL(started.dash_url, base).href;
      const manifest = mpdParser.parse(await text(address), {
        manifestUri: address,
      });
      assert.ok(
        Math.abs(manifest.duration - started.duration_ms / 1000) < 0.5,
        `${manifest.duration} s`,
      );
      checkDashSteering(manifest);
      const tracks = manifest.playlists.map((playlist) => [playlist, /^avc1/]);
      for (const group of Object.values(manifest.mediaGroups.AUDIO)) {
        for (const audio of Object.values(group))
          for (const playlist of audio.playlists) tracks.push([playlist, /^mp4a/]);
      }
      for (const [playlist, codec] of tracks) {
        const at = (part) => ({
          url: part.resolvedUri,
          offset: part.byterange?.offset,
          length: part.byterange && Number(part.byterange.length),
        });
        const segments = playlist.segments.map((segment) => ({
          ...at(segment),
          duration: segment.duration,
        }));
        const track = await checkTrack(
          playlist.attributes.NAME,
          at(playlist.segments[0].map),
          segments,
          manifest.duration,
        );
        assert.match(track.codec, codec);
      }
    },
  },
];

// A viewer: HTTP with a cookie jar and a sequence of events; also what plays a title to its end.
import http from "node:http";
import https from "node:https";
import { randomBytes } from "node:crypto";

/** UUIDv7 as 32 hex digits. */
export function uuid() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString("hex");
}

export class Viewer {
  /** `cookie`: of a session, as Service.login() gives it; none: a stranger. */
  constructor(url, cookie = "") {
    this.url = url;
    this.cookie = cookie;
    this.sequence = 0;
    this.play_id = uuid();
    this.protocol = url.startsWith("https:") ? https : http;
    // A play's service signs its own certificate.
    this.agent = new this.protocol.Agent({ keepAlive: true, rejectUnauthorized: false });
  }

  /** {status, headers, body: Buffer}; rejects when the connection breaks or after `timeout_ms`. */
  request(method, path, { headers = {}, body = null, timeout_ms = 15000 } = {}) {
    const url = new URL(path, this.url);
    const sent = { ...headers };
    if (this.cookie && sent.cookie === undefined) sent.cookie = this.cookie;
    if (body !== null) sent["content-length"] = Buffer.byteLength(body);
    return new Promise((resolve, reject) => {
      const request = this.protocol.request(url, { method, headers: sent, agent: this.agent }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          clearTimeout(timer);
          if (!response.complete) return reject(new Error("the body ended early"));
          const set = response.headers["set-cookie"]?.[0];
          if (set) this.cookie = set.split(";")[0];
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      const timer = setTimeout(() => request.destroy(new Error(`no answer in ${timeout_ms} ms`)), timeout_ms);
      request.on("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.end(body);
    });
  }

  get(path, options) {
    return this.request("GET", path, options);
  }

  post(path, json, headers = {}) {
    return this.request("POST", path, {
      body: typeof json === "string" ? json : JSON.stringify(json),
      headers: { "content-type": "application/json", ...headers },
    });
  }

  /** An event of this viewer, with the next sequence number. */
  event(type, fields = {}) {
    this.sequence += 1;
    return {
      id: uuid(),
      type,
      schema_version: 1,
      session_seq: this.sequence,
      t_client_ms: Date.now(),
      t_mono_ms: Math.round(performance.now()),
      consent: { essential: true },
      play_id: this.play_id,
      ...fields,
    };
  }

  close() {
    this.agent.destroy();
  }
}

/** The media playlist of `text` as [{uri, offset, bytes, duration_s}], with the map first. */
export function segmentsOf(text) {
  const segments = [];
  let range = null;
  let duration = 0;
  let next = 0;
  for (const line of text.split("\n")) {
    const map = /^#EXT-X-MAP:URI="([^"]+)"(?:,BYTERANGE="(\d+)@(\d+)")?/.exec(line);
    const byterange = /^#EXT-X-BYTERANGE:(\d+)(?:@(\d+))?/.exec(line);
    const extinf = /^#EXTINF:([\d.]+)/.exec(line);
    if (map) segments.push({ uri: map[1], offset: map[2] ? +map[3] : null, bytes: map[2] ? +map[2] : null, duration_s: 0 });
    else if (byterange) range = { bytes: +byterange[1], offset: byterange[2] === undefined ? next : +byterange[2] };
    else if (extinf) duration = +extinf[1];
    else if (line && !line.startsWith("#")) {
      segments.push({ uri: line.trim(), offset: range?.offset ?? null, bytes: range?.bytes ?? null, duration_s: duration });
      next = range ? range.offset + range.bytes : 0;
      range = null;
    }
  }
  return segments;
}

/** The variants of a multivariant playlist, and its audio renditions' URIs. */
export function variantsOf(text) {
  const lines = text.split("\n");
  const variants = [];
  const audio = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].startsWith("#EXT-X-STREAM-INF:")) {
      variants.push({ uri: lines[i + 1].trim(), bandwidth: +/[:,]BANDWIDTH=(\d+)/.exec(lines[i])[1] });
    }
    if (lines[i].startsWith("#EXT-X-MEDIA:TYPE=AUDIO")) audio.push(/URI="([^"]+)"/.exec(lines[i])?.[1]);
  }
  return { variants, audio: audio.filter(Boolean) };
}

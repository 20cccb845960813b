// A scripted player: keeps 30 s of media ahead, plays in real time, counts stalls, sends events and
// keeps a ledger of those that were acknowledged.
import { pause } from "../plays/harness/service.mjs";
import { Viewer, segmentsOf, variantsOf } from "../plays/harness/viewer.mjs";

const kBufferGoal_s = 30;
const kAttempts = 12;

export class ScriptedPlayer {
  constructor(url, title, ledger, cookie) {
    this.viewer = new Viewer(url, cookie);
    this.title = title;
    this.ledger = ledger;
    this.stalls = 0;
    this.stalled_ms = 0;
    this.fatal = null;
    this.requests = 0;
    this.retries = 0;
    this.buffered_until = 0; // media seconds fetched of this play
    this.position = 0; // media seconds played
  }

  async attempt(what, ask) {
    let last;
    for (let i = 0; i < kAttempts; i++) {
      try {
        this.requests += 1;
        const answer = await ask();
        if (answer.status < 500 && answer.status !== 429) return answer;
        last = new Error(`${what}: ${answer.status}`);
      } catch (error) {
        last = new Error(`${what}: ${error.message}`);
      }
      this.retries += 1;
      await pause(Math.min(100 * 1.5 ** i, 2000) * (0.7 + Math.random() * 0.6));
    }
    throw last;
  }

  async open() {
    await this.attempt("GET /v1/home", () => this.viewer.get("/v1/home"));
    const key = Math.random().toString(36).slice(2);
    const answer = await this.attempt("POST /v1/plays", () =>
      this.viewer.post("/v1/plays", { title_id: this.title }, { "idempotency-key": key }));
    if (answer.status >= 300) throw new Error(`POST /v1/plays: ${answer.status}`);
    this.play = JSON.parse(answer.body);
    const base = new URL(this.play.hls_url, this.viewer.url);
    const main = await this.attempt("main.m3u8", () => this.viewer.get(base));
    const { variants } = variantsOf(main.body.toString());
    const variant = variants[Math.floor(Math.random() * variants.length)];
    const playlist = await this.attempt("playlist", () => this.viewer.get(new URL(variant.uri, base)));
    return segmentsOf(playlist.body.toString()).map((segment) => ({ ...segment, url: new URL(segment.uri, base) }));
  }

  async fetchSegment({ url, offset, bytes }) {
    const headers = bytes === null ? {} : { range: `bytes=${offset}-${offset + bytes - 1}` };
    const answer = await this.attempt(url.pathname.split("/").pop(), () => this.viewer.get(url, { headers, timeout_ms: 10000 }));
    if (answer.status !== (bytes === null ? 200 : 206)) throw new Error(`segment: ${answer.status}`);
    if (bytes !== null && answer.body.length !== bytes) throw new Error(`segment: ${answer.body.length} of ${bytes} bytes`);
  }

  /** Sends an event until it is acknowledged (or the run ends); the ledger keeps acknowledged ids. */
  async report(type, until) {
    const event = this.viewer.event(type, { play_id: this.play.play_id, title_id: this.title,
      position_ms: Math.round(this.position * 1000), duration_ms: this.play.duration_ms });
    const body = JSON.stringify({ events: [event] });
    while (Date.now() < until) {
      try {
        const answer = await this.viewer.request("POST", "/v1/events", { body, headers: { "content-type": "application/json" } });
        if (answer.status === 202) {
          const { accepted, duplicates, rejected } = JSON.parse(answer.body);
          if (accepted + duplicates === 1) this.ledger.add(event.id);
          else throw new Error(`rejected: ${JSON.stringify(rejected)}`);
          return;
        }
      } catch (error) {
        if (error.message.startsWith("rejected")) throw error;
      }
      await pause(300);
    }
  }

  /** Plays (the title again and again) until that moment. */
  async run(until) {
    try {
      while (Date.now() < until) await this.playOnce(until);
    } catch (error) {
      this.fatal = error.message;
    } finally {
      this.viewer.close();
    }
  }

  async playOnce(until) {
    const segments = await this.open();
    this.position = 0;
    this.buffered_until = 0;
    let fetching = null;
    let next = 0;
    let failure = null;
    let started = false;
    let stalled_since = null;
    let clock = Date.now();
    let last_beat = 0;
    const events = [this.report("play.start", until)];
    const total = segments.reduce((sum, segment) => sum + segment.duration_s, 0);
    while (Date.now() < until && this.position < total - 0.05) {
      if (failure) throw failure;
      if (!fetching && next < segments.length && this.buffered_until - this.position < kBufferGoal_s) {
        const segment = segments[next++];
        fetching = this.fetchSegment(segment)
          .then(() => (this.buffered_until += segment.duration_s))
          .catch((error) => (failure = error))
          .finally(() => (fetching = null));
      }
      await pause(50);
      const passed = (Date.now() - clock) / 1000;
      clock = Date.now();
      if (!started) {
        started = this.buffered_until > 0;
      } else if (this.position + passed <= this.buffered_until) {
        this.position += passed;
        if (stalled_since) this.stalled_ms += Date.now() - stalled_since;
        stalled_since = null;
      } else if (!stalled_since && this.buffered_until < total - 0.05) {
        stalled_since = Date.now();
        this.stalls += 1;
      } else {
        this.position = this.buffered_until;
      }
      if (this.position - last_beat > 5) {
        last_beat = this.position;
        events.push(this.report("play.beat", until));
      }
    }
    events.push(this.report("play.end", until));
    await Promise.all(events);
  }
}

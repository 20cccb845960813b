// One play as the watch page shows it: state to read, commands to give. Starts, recovers and ends the play.
import { ApiError, startPlay } from "../api/client";
import type { Chapter, Marker, Play, Title } from "../api/types";
import { reporter } from "../events/browser_reporter";
import { uuid7 } from "../events/uuid";
import { strings } from "../strings";
import { startOf, takeAhead, type Ahead } from "./ahead";
import type { CaptionStyle } from "./caption_style";
import { Engine, faultOf, mediaOf } from "./engine";
import { chapterStep } from "./next_up";
import { PlayEvents } from "./play_events";
import { loadPreferences, savePreferences } from "./preferences";
import { kNetwork, recoveryOf, type PlayerFault } from "./recovery";
import { loadShaka, type Shaka } from "./shaka";
import { kNoStats, type PlayStats } from "./stats";
import { loadThumbnails, type Thumbnail } from "./thumbnails";
import type { Choice } from "./tracks";

/** Why a play ended in a page of its own. */
export interface Failure {
  message: string;
  kind: "play" | "gone" | "busy" | "network" | "media";
  /** For whoever helps: the player's code or the request's id. */
  detail: string;
}

export const kSpeeds = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

export class PlayerModel {
  phase = $state<"starting" | "ready" | "failed">("starting");
  failure = $state.raw<Failure>({ message: "", kind: "play", detail: "" });
  reconnecting = $state(false);
  /** The browser wants a click before it plays with sound. */
  blocked = $state(false);
  buffering = $state(false);
  paused = $state(true);
  ended = $state(false);
  position = $state(0);
  duration = $state(0);
  buffered = $state.raw<readonly { start: number; end: number }[]>([]);
  volume = $state(1);
  muted = $state(false);
  rungs = $state.raw<Choice[]>([]);
  rung = $state<string | null>(null);
  audio = $state.raw<Choice[]>([]);
  captions = $state.raw<Choice[]>([]);
  captionStyle = $state.raw<CaptionStyle>(loadPreferences().captionStyle);
  speed = $state(1);
  chapters = $state.raw<readonly Chapter[]>([]);
  markers = $state.raw<readonly Marker[]>([]);
  next = $state.raw<Title | null>(null);
  thumbnails = $state.raw<readonly Thumbnail[]>([]);

  readonly #events: PlayEvents;
  readonly #abort = new AbortController();
  #video: HTMLVideoElement | null = null;
  #shaka: Shaka | null = null;
  #captionBox: HTMLElement | null = null;
  #engine: Engine | null = null;
  #play: Play | null = null;
  #loaded = false;
  /** The first load is over: what the viewer has now is the viewer's choice. */
  #begun = false;
  #attempts = 0;
  #renewing = false;
  #recovering: ReturnType<typeof setTimeout> | null = null;
  #preferences = loadPreferences();

  constructor(
    private readonly titleId: string,
    private readonly dash: boolean,
    /** Where the viewer asked to begin; null for where the profile left. */
    private readonly fromMs: number | null = null,
  ) {
    this.volume = this.#preferences.volume;
    this.muted = this.#preferences.muted;
    this.#events = new PlayEvents(
      {
        record: (facts) => reporter.record(facts),
        positionMs: () => this.position * 1000,
        durationMs: () => this.duration * 1000,
        nowMs: () => Date.now(),
        monoMs: () => performance.now(),
        measures: () => this.#measures(),
        every: (ms, run) => {
          const timer = setInterval(run, ms);
          return () => clearInterval(timer);
        },
      },
      titleId,
      dash ? "dash" : "hls",
    );
  }

  /** Begins the play in the page's video element. Call once. */
  async start(video: HTMLVideoElement, captionBox: HTMLElement): Promise<void> {
    this.#video = video;
    video.volume = this.volume;
    video.muted = this.muted;
    this.#listen(video);
    try {
      const ahead = takeAhead(this.titleId, this.dash);
      const [, shaka] = await Promise.all([this.#begin(true, ahead), loadShaka()]);
      const ready = (await ahead?.engine) ?? null;
      if (this.#gone) return void ready?.destroy();
      this.#shaka = shaka;
      this.#captionBox = captionBox;
      await this.#load(ready);
    } catch (error) {
      if (!this.#gone) this.#failStart(error, strings.watch.engineFailed);
    }
  }

  /** Ends the play; the model is of no use afterwards. */
  close(): void {
    if (this.#recovering) clearTimeout(this.#recovering);
    this.#events.ended("left");
    this.#abort.abort();
    void this.#engine?.destroy();
    void reporter.flush();
  }

  toggle(): void {
    const video = this.#video;
    if (!video) return;
    if (video.paused) {
      if (video.ended) video.currentTime = 0;
      this.#playVideo(video);
    } else video.pause();
  }

  seek(seconds: number): void {
    const video = this.#video;
    if (!video || this.duration <= 0) return;
    const from = this.position * 1000;
    this.position = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.2));
    video.currentTime = this.position;
    this.#events.seeked(from);
  }

  setVolume(volume: number): void {
    this.volume = Math.min(1, Math.max(0, Math.round(volume * 100) / 100));
    this.muted = this.volume === 0;
    this.#applyVolume();
  }

  toggleMute(): void {
    this.muted = !this.muted;
    if (!this.muted && this.volume === 0) this.volume = 0.5;
    this.#applyVolume();
  }

  /** One picture on or back; only of use while paused. */
  stepFrame(step: -1 | 1): void {
    const video = this.#video;
    if (!video || !this.#engine) return;
    if (!video.paused) video.pause();
    video.currentTime = Math.min(
      Math.max(0, video.currentTime + step * this.#engine.frameSeconds()),
      this.duration,
    );
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.#video) this.#video.playbackRate = speed;
  }

  stepSpeed(step: -1 | 1): void {
    const at = kSpeeds.findIndex((speed) => speed === this.speed);
    const speed = kSpeeds[Math.min(kSpeeds.length - 1, Math.max(0, at + step))];
    if (speed !== undefined) this.setSpeed(speed);
  }

  stepChapter(step: -1 | 1): void {
    const to = chapterStep(this.chapters, this.position * 1000, step);
    if (to !== null) this.seek(to / 1000);
  }

  setCaptionStyle(style: CaptionStyle): void {
    this.captionStyle = style;
    this.#preferences = { ...this.#preferences, captionStyle: style };
    savePreferences(this.#preferences);
  }

  stats(): PlayStats {
    const measured = this.#measures();
    return {
      ...((this.#loaded && this.#engine?.stats()) || kNoStats),
      bufferMs: measured["buffer_ms"] ?? 0,
      decoded: measured["decoded_frames"] ?? 0,
      dropped: measured["dropped_frames"] ?? 0,
      playId: this.#play?.play_id ?? "",
    };
  }

  selectRung(id: string | null): void {
    this.rung = id;
    this.#engine?.selectRung(id);
    this.#readTracks();
  }

  selectAudio(id: string): void {
    this.#engine?.selectAudio(id);
    this.#readTracks();
  }

  selectCaptions(id: string | null): void {
    this.#engine?.selectCaptions(id);
    this.#readTracks();
    this.#preferences.captions = id;
    savePreferences(this.#preferences);
  }

  toggleCaptions(): void {
    const active = this.captions.find((choice) => choice.active);
    if (active) this.selectCaptions(null);
    else
      this.selectCaptions(
        (
          this.captions.find((choice) => choice.id === this.#preferences.captions) ??
          this.captions[0]
        )?.id ?? null,
      );
  }

  get #gone(): boolean {
    return this.#abort.signal.aborted;
  }

  async #begin(first: boolean, ahead: Ahead | null): Promise<void> {
    const key = ahead?.key ?? uuid7(Date.now());
    let play: Play;
    try {
      const onRetry = (): void => {
        this.reconnecting = true;
      };
      play = (await ahead?.play) ?? (await startPlay(this.titleId, key, { onRetry }));
    } catch (error) {
      // The attempt is told all the same, as a play that the server never named.
      if (first) this.#events.named(key);
      throw error;
    }
    this.reconnecting = false;
    if (first) {
      this.duration = play.duration_ms / 1000;
      this.position = startOf(play, this.fromMs) / 1000;
      this.chapters = play.chapters ?? [];
      this.markers = play.markers ?? [];
      this.next = play.next ?? null;
      if (play.thumbnails_url)
        void loadThumbnails(play.thumbnails_url).then((cues) => (this.thumbnails = cues));
    }
    this.#play = play;
    this.#events.named(play.play_id);
  }

  /** Loads the play at the current position into an engine of its own: one that has failed is not trusted again. */
  async #load(ready: Engine | null = null): Promise<void> {
    const [play, video, shaka, box] = [this.#play, this.#video, this.#shaka, this.#captionBox];
    if (!play || !video || !shaka || !box) return;
    const playing = this.#engine === null || !this.paused;
    this.#loaded = false;
    await this.#engine?.destroy();
    const engine = ready ?? new Engine(shaka);
    await engine.attach(video, box, {
      onTracks: () => this.#readTracks(),
      onBuffering: (on) => this.#onBuffering(on),
      onFault: (fault) => this.#recover(fault),
      onSegment: () => this.#onSegment(),
      onSwitch: (height, bandwidth) => this.#events.switched(height, bandwidth),
    });
    if (this.#gone) return engine.destroy();
    this.#engine = engine;
    try {
      await engine.load(mediaOf(play, this.dash), this.position);
    } catch (error) {
      return this.#recover(faultOf(error));
    }
    if (this.#gone) return;
    this.#loaded = true;
    this.phase = "ready";
    if (this.rung !== null) engine.selectRung(this.rung);
    else if (ready || !this.#begun) engine.preferLanguages(play.audio_language ?? null, null);
    video.playbackRate = this.speed;
    this.#readTracks();
    if (playing) this.#playVideo(video);
    await engine.addCaptions(play.captions);
    if (this.#gone) return;
    if (this.#preferences.captions !== null) engine.selectCaptions(this.#preferences.captions);
    else if (!this.#begun) engine.preferLanguages(null, play.caption_language ?? null);
    this.#begun = true;
    this.#readTracks();
  }

  #recover(fault: PlayerFault): void {
    // One recovery at a time: audio and video fail together, and what is still wrong fails again after it.
    if (this.#gone || this.#recovering || this.#renewing) return;
    const recovery = recoveryOf(fault, this.#attempts, Math.random());
    if (recovery.kind === "none") return;
    this.#events.failed(fault.code, fault.status, recovery.kind === "fail");
    if (recovery.kind === "fail")
      return this.#fail({
        message: recovery.message,
        kind: fault.category === kNetwork ? "network" : "media",
        detail: strings.watch.code(
          fault.status === null ? String(fault.code) : `${fault.code} (${fault.status})`,
        ),
      });
    this.#attempts++;
    this.reconnecting = true;
    this.#recovering = setTimeout(() => {
      this.#recovering = null;
      if (recovery.kind === "renew") void this.#renew();
      else if (this.#loaded) this.#engine?.retry();
      else void this.#load();
    }, recovery.afterMs);
  }

  async #renew(): Promise<void> {
    this.#renewing = true;
    try {
      await this.#begin(false, null);
      this.#renewing = false;
      await this.#load();
    } catch (error) {
      if (!this.#gone) this.#failStart(error, strings.watch.renewFailed);
    }
  }

  #failStart(error: unknown, otherwise: string): void {
    const problem = error instanceof ApiError ? error : null;
    const gone = problem?.code === "not_found" || problem?.code === "forbidden";
    const early = problem?.code === "conflict";
    this.#fail({
      message: gone
        ? strings.watch.gone
        : early
          ? strings.watch.notReady
          : (problem?.message ?? otherwise),
      kind: gone || early ? "gone" : problem?.code === "limited" ? "busy" : "play",
      detail: problem?.requestId ? strings.watch.request(problem.requestId) : "",
    });
  }

  #fail(failure: Failure): void {
    this.phase = "failed";
    this.reconnecting = false;
    this.failure = failure;
    this.#video?.pause();
  }

  #onSegment(): void {
    this.#attempts = 0;
    this.reconnecting = false;
  }

  #onBuffering(on: boolean): void {
    this.buffering = on;
    // Waiting for the target of a seek is the seek's own cost, not a stall.
    if (!on || !this.#video?.seeking) this.#events.buffering(on);
  }

  #playVideo(video: HTMLVideoElement): void {
    video.play().then(
      () => (this.blocked = false),
      (error: unknown) =>
        (this.blocked = error instanceof DOMException && error.name === "NotAllowedError"),
    );
  }

  #applyVolume(): void {
    if (this.#video) {
      this.#video.volume = this.volume;
      this.#video.muted = this.muted;
    }
    this.#preferences = { ...this.#preferences, volume: this.volume, muted: this.muted };
    savePreferences(this.#preferences);
  }

  #measures(): Record<string, number> {
    const quality = this.#video?.getVideoPlaybackQuality();
    const ahead = this.buffered.find(
      (range) => range.start <= this.position && this.position <= range.end,
    );
    return {
      buffer_ms: ahead ? Math.round((ahead.end - this.position) * 1000) : 0,
      decoded_frames: quality?.totalVideoFrames ?? 0,
      dropped_frames: quality?.droppedVideoFrames ?? 0,
    };
  }

  #readTracks(): void {
    if (!this.#engine || !this.#loaded) return;
    this.rungs = this.#engine.rungs();
    this.audio = this.#engine.audio();
    this.captions = this.#engine.captions();
  }

  #listen(video: HTMLVideoElement): void {
    const { signal } = this.#abort;
    const on = (name: string, run: () => void): void =>
      video.addEventListener(name, run, { signal });
    on("play", () => {
      this.paused = false;
      this.ended = false;
      this.#events.playing();
    });
    on("pause", () => {
      this.paused = true;
      if (!video.ended) this.#events.paused();
    });
    on("timeupdate", () => {
      if (!video.seeking && this.#loaded) this.position = video.currentTime;
    });
    on("seeking", () => {
      if (this.#loaded) this.position = video.currentTime;
    });
    on("durationchange", () => {
      if (Number.isFinite(video.duration) && video.duration > 0) this.duration = video.duration;
    });
    on("progress", () => {
      const ranges = video.buffered;
      this.buffered = Array.from({ length: ranges.length }, (_, index) => ({
        start: ranges.start(index),
        end: ranges.end(index),
      }));
    });
    on("ended", () => {
      this.ended = true;
      this.#events.ended("completed");
    });
    video.requestVideoFrameCallback(() => {
      performance.mark("matinee:first-frame");
      this.#events.started();
    });
    addEventListener("online", () => this.#engine?.retry(), { signal });
    const leave = (event: PageTransitionEvent): void => {
      if (event.persisted) this.#events.beat();
      else this.#events.ended("left");
    };
    // Capture: the last event is recorded before the reporter hands over what it has.
    addEventListener("pagehide", leave, { signal, capture: true });
    const hidden = (): void => {
      if (document.visibilityState === "hidden") this.#events.beat();
    };
    document.addEventListener("visibilitychange", hidden, { signal, capture: true });
  }
}

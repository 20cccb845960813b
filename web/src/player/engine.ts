// shaka-player behind the few calls that a play needs. Always Media Source Extensions, never native HLS.
import type { Play } from "../api/types";
import type { PlayerFault } from "./recovery";
import { kPlayerSettings } from "./settings";
import type { Shaka, ShakaPlayer, ShakaPreload } from "./shaka";
import type { EngineStats } from "./stats";
import { rungChoices, rungId, spokenChoices, spokenId, type Choice } from "./tracks";

const kBadHttpStatus = 1001;
const kFramesPerSecond = 25;

export interface EngineListener {
  onTracks(): void;
  onBuffering(buffering: boolean): void;
  onFault(fault: PlayerFault): void;
  /** A segment arrived: whatever was wrong with the network is over. */
  onSegment(): void;
  onSwitch(height: number | null, bandwidthBps: number): void;
}

export interface MediaAddress {
  url: string;
  dash: boolean;
}

function typeOf(media: MediaAddress): string {
  return media.dash ? "application/dash+xml" : "application/x-mpegurl";
}

function placeOf(startSeconds: number): number | null {
  return startSeconds > 0 ? startSeconds : null;
}

/** A shaka error as a fault; anything else counts as critical and unknown. */
export function faultOf(error: unknown): PlayerFault {
  const { category, code, severity, data } = (error ?? {}) as Partial<Record<string, unknown>>;
  const status = code === kBadHttpStatus && Array.isArray(data) ? Number(data[1]) : NaN;
  return {
    category: typeof category === "number" ? category : 0,
    code: typeof code === "number" ? code : 0,
    severity: typeof severity === "number" ? severity : 2,
    status: Number.isFinite(status) ? status : null,
  };
}

export interface CaptionAddress {
  language: string;
  kind: string;
  name?: string;
  url: string;
}

export function mediaOf(play: Play, dash: boolean): MediaAddress {
  return { url: dash ? play.dash_url : play.hls_url, dash };
}

export class Engine {
  readonly #player: ShakaPlayer;
  readonly #version: string;
  #preloaded: { url: string; startSeconds: number; manager: ShakaPreload } | null = null;

  constructor(shaka: Shaka) {
    const player = new shaka.Player();
    this.#player = player;
    this.#version = `shaka ${shaka.Player.version}`;
    player.configure(kPlayerSettings);
  }

  #listen(listener: EngineListener): void {
    const player = this.#player;
    const on = (name: string, run: (event: { [key: string]: unknown }) => void): void =>
      player.addEventListener(name, (event) => run(event as unknown as { [key: string]: unknown }));
    for (const name of ["trackschanged", "textchanged", "audiotrackschanged"])
      on(name, () => listener.onTracks());
    on("buffering", (event) => listener.onBuffering(event["buffering"] === true));
    on("error", (event) => listener.onFault(faultOf(event["detail"])));
    on("segmentappended", () => listener.onSegment());
    for (const name of ["adaptation", "variantchanged"]) {
      on(name, () => {
        const active = player.getVariantTracks().find((track) => track.active);
        listener.onSwitch(active?.height ?? null, active?.bandwidth ?? 0);
        listener.onTracks();
      });
    }
  }

  /** Takes the page's video element; from now on `listener` hears of everything. Call once, before load. */
  async attach(
    video: HTMLVideoElement,
    captionBox: HTMLElement,
    listener: EngineListener,
  ): Promise<void> {
    this.#listen(listener);
    this.#player.setVideoContainer(captionBox);
    await this.#player.attach(video);
  }

  /** Fetches the manifest, and of the tracks it would choose the initialization and the first segment; shows nothing. */
  async preload(media: MediaAddress, startSeconds: number): Promise<void> {
    const manager = await this.#player.preload(media.url, placeOf(startSeconds), typeOf(media));
    // A failure is told by load, which then fetches anew.
    manager?.waitForFinish().catch(() => (this.#preloaded = null));
    if (manager) this.#preloaded = { url: media.url, startSeconds, manager };
  }

  /** Rejects with a shaka error. Call once. */
  async load(media: MediaAddress, startSeconds: number): Promise<void> {
    const ready = this.#preloaded;
    this.#preloaded = null;
    if (ready?.url === media.url && ready.startSeconds === startSeconds) {
      await this.#player.load(ready.manager);
    } else {
      await this.#player.load(media.url, placeOf(startSeconds), typeOf(media));
    }
  }

  /** Adds the captions of the play. A film without its captions still plays. */
  async addCaptions(captions: readonly CaptionAddress[]): Promise<void> {
    for (const text of captions) {
      const kind = text.kind === "captions" ? "captions" : "subtitles";
      await this.#player
        .addTextTrackAsync(text.url, text.language, kind, "text/vtt", undefined, text.name)
        .catch(() => undefined);
    }
  }

  /** Takes up streaming after a failure, at the position where it stopped. */
  retry(): void {
    this.#player.retryStreaming(0);
  }

  rungs(): Choice[] {
    return rungChoices(this.#player.getVideoTracks());
  }

  /** null leaves the choice to the measured bandwidth. */
  selectRung(id: string | null): void {
    this.#player.configure("abr.enabled", id === null);
    const track = this.#player
      .getVideoTracks()
      .filter((candidate) => rungId(candidate) === id)
      .sort((a, b) => b.bandwidth - a.bandwidth)[0];
    if (track) this.#player.selectVideoTrack(track, true, 2);
  }

  audio(): Choice[] {
    return spokenChoices(this.#player.getAudioTracks());
  }

  selectAudio(id: string): void {
    const track = this.#player.getAudioTracks().find((candidate) => spokenId(candidate) === id);
    if (track) this.#player.selectAudioTrack(track);
  }

  captions(): Choice[] {
    return spokenChoices(this.#player.getTextTracks());
  }

  selectCaptions(id: string | null): void {
    const track = this.#player.getTextTracks().find((candidate) => spokenId(candidate) === id);
    this.#player.selectTextTrack(track ?? null);
  }

  /** Begins with the language that the viewer's profile asks for; without it, things stay as they are. */
  preferLanguages(audio: string | null, captions: string | null): void {
    const speaks = (track: { language: string }, wanted: string): boolean =>
      track.language.split("-")[0] === wanted.split("-")[0];
    const spoken = audio ? this.#player.getAudioTracks().filter((t) => speaks(t, audio)) : [];
    const first = spoken.find((track) => !track.roles.includes("description")) ?? spoken[0];
    if (first && !spoken.some((track) => track.active)) this.#player.selectAudioTrack(first);
    const text = captions
      ? this.#player.getTextTracks().find((track) => speaks(track, captions))
      : undefined;
    if (text) this.#player.selectTextTrack(text);
  }

  /** Length of one picture, in seconds. */
  frameSeconds(): number {
    const rate = this.#player.getVideoTracks().find((track) => track.active)?.frameRate;
    return 1 / (rate && rate > 0 ? rate : kFramesPerSecond);
  }

  stats(): EngineStats {
    const stats = this.#player.getStats();
    const active = this.#player.getVariantTracks().find((track) => track.active);
    const address = this.#player.getAssetUri();
    const number = (value: number | undefined): number =>
      value !== undefined && Number.isFinite(value) ? value : 0;
    return {
      width: number(stats.width),
      height: number(stats.height),
      codec: active?.videoCodec ?? "",
      streamBps: number(stats.streamBandwidth),
      estimatedBps: number(stats.estimatedBandwidth),
      stalls: number(stats.stallsDetected),
      stallSeconds: number(stats.bufferingTime),
      host: address ? new URL(address, location.href).host : "",
      player: this.#version,
    };
  }

  async destroy(): Promise<void> {
    await this.#player.destroy();
  }
}

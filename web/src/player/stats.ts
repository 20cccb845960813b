// What an engine measures of a play.

export interface EngineStats {
  width: number;
  height: number;
  codec: string;
  streamBps: number;
  estimatedBps: number;
  stalls: number;
  stallSeconds: number;
  /** The edge that the manifest came from. */
  host: string;
  player: string;
}

export interface PlayStats extends EngineStats {
  bufferMs: number;
  decoded: number;
  dropped: number;
  playId: string;
}

export const kNoStats: EngineStats = {
  width: 0,
  height: 0,
  codec: "",
  streamBps: 0,
  estimatedBps: 0,
  stalls: 0,
  stallSeconds: 0,
  host: "",
  player: "",
};

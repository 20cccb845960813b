// Pictures for the seek bar: a WebVTT map of tiles, each cue an image address with #xywh=.

export interface Thumbnail {
  startMs: number;
  endMs: number;
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const kCuesMax = 20_000;
const kTime = /(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{3})/;
const kCue = new RegExp(`${kTime.source}\\s+-->\\s+${kTime.source}`);

function ms(parts: readonly (string | undefined)[]): number {
  const [hours, minutes, seconds, rest] = parts.map((part) => Number(part ?? 0));
  return (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000 + (rest ?? 0);
}

/** Cues in the order of the file; lines that are none are passed over. At most 20,000. */
export function parseThumbnails(text: string, base: string): Thumbnail[] {
  const found: Thumbnail[] = [];
  let times: [number, number] | null = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const cue = kCue.exec(line);
    if (cue) {
      times = [ms(cue.slice(1, 5)), ms(cue.slice(5, 9))];
      continue;
    }
    if (!times || line.trim() === "") continue;
    const [address = "", fragment = ""] = line.trim().split("#");
    const box = /^xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/.exec(fragment);
    if (box && found.length < kCuesMax) {
      const [x, y, width, height] = box.slice(1).map(Number) as [number, number, number, number];
      try {
        const url = new URL(address, base).href;
        found.push({ startMs: times[0], endMs: times[1], url, x, y, width, height });
      } catch {
        // Not an address: the bar shows the time alone there.
      }
    }
    times = null;
  }
  return found;
}

/** The tile of a position: the last one that begins at or before it. */
export function thumbnailAt(cues: readonly Thumbnail[], positionMs: number): Thumbnail | null {
  let [low, high] = [0, cues.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cues[middle]?.startMs ?? 0) <= positionMs) low = middle + 1;
    else high = middle;
  }
  return cues[low - 1] ?? null;
}

/** Reads a map; empty when it cannot be read: pictures on the bar are a comfort. */
export async function loadThumbnails(url: string): Promise<Thumbnail[]> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return [];
    return parseThumbnails(await response.text(), new URL(url, location.href).href);
  } catch {
    return [];
  }
}

// What a viewer chose once and expects to find again: volume, captions and how they look.
import { captionStyleOf, kCaptionStyle, type CaptionStyle } from "./caption_style";

export interface Preferences {
  volume: number;
  muted: boolean;
  /** Id of the captions last chosen, or null for none. */
  captions: string | null;
  captionStyle: CaptionStyle;
}

const kKey = "matinee.player";
const kDefaults: Preferences = {
  volume: 1,
  muted: false,
  captions: null,
  captionStyle: kCaptionStyle,
};

export function loadPreferences(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(kKey) ?? "{}") as Partial<
      Record<string, unknown>
    >;
    const volume = Number(stored["volume"] ?? 1);
    return {
      volume: volume >= 0 && volume <= 1 ? volume : 1,
      muted: stored["muted"] === true,
      captions: typeof stored["captions"] === "string" ? stored["captions"] : null,
      captionStyle: captionStyleOf(stored["captionStyle"]),
    };
  } catch {
    return { ...kDefaults };
  }
}

export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(kKey, JSON.stringify(preferences));
  } catch {
    // A browser without storage forgets; playing goes on.
  }
}

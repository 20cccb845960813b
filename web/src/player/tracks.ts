// The menus of quality, audio and captions: shaka's tracks as choices a viewer understands.
import { languageName } from "../format/time";
import { strings } from "../strings";

export interface Choice {
  /** Stable while the tracks stay: survives switches and renewals of the play. */
  id: string;
  label: string;
  active: boolean;
}

interface VideoFacts {
  height: number | null;
  bandwidth: number;
  active: boolean;
}

interface SpokenFacts {
  language: string;
  label: string | null;
  active: boolean;
  roles: string[];
}

export function rungId(track: VideoFacts): string {
  return `${track.height ?? 0}`;
}

/** One choice per height, tallest first; the best bandwidth of a height stands for it. */
export function rungChoices(tracks: readonly VideoFacts[]): Choice[] {
  const byHeight = new Map<string, VideoFacts>();
  for (const track of tracks) {
    const known = byHeight.get(rungId(track));
    if (!known || track.active || (!known.active && track.bandwidth > known.bandwidth)) {
      byHeight.set(rungId(track), track);
    }
  }
  return [...byHeight.values()]
    .sort((a, b) => (b.height ?? 0) - (a.height ?? 0))
    .map((track) => ({
      id: rungId(track),
      label: track.height === null ? strings.watch.unknownSize : `${track.height}p`,
      active: track.active,
    }));
}

export function spokenId(track: SpokenFacts): string {
  return [track.language, track.label ?? "", ...track.roles].join("|");
}

/** One choice per distinct track; two of one language carry the maker's name as well. */
export function spokenChoices(tracks: readonly SpokenFacts[]): Choice[] {
  const distinct = new Map<string, SpokenFacts>();
  for (const track of tracks) {
    const known = distinct.get(spokenId(track));
    if (!known || track.active) distinct.set(spokenId(track), track);
  }
  const perLanguage = new Map<string, number>();
  for (const track of distinct.values()) {
    perLanguage.set(track.language, (perLanguage.get(track.language) ?? 0) + 1);
  }
  return [...distinct.entries()].map(([id, track]) => {
    const name = languageName(track.language, track.label);
    const several = (perLanguage.get(track.language) ?? 0) > 1;
    const named =
      several && track.label && track.label !== name ? `${name} (${track.label})` : name;
    // A track that also describes what is seen says so, whatever its maker called it.
    const described = track.roles.some((role) => /descri/.test(role));
    const label = described ? `${named}, ${strings.watch.described}` : named;
    return { id, label, active: track.active };
  });
}

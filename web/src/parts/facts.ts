// A title's facts as short texts, in the order in which they are read.
import type { Title, TitleDetail } from "../api/types";
import { filmLength } from "../format/time";
import { strings } from "../strings";

const kGenresMax = 3;

/** The name that stands for a title alone: an episode goes by its show. */
export function headName(title: Title): string {
  return title.kind === "episode" && title.show_name ? title.show_name : title.name;
}

/** `S1 E2`; empty for what is no episode. */
export function episodeCode(title: Title): string {
  return title.kind === "episode" && title.season_number != null && title.episode_number != null
    ? strings.title.episodeCode(title.season_number, title.episode_number)
    : "";
}

/** Year, episode, length, genres. */
export function shortFacts(title: Title, withGenres: boolean): string[] {
  const code = episodeCode(title);
  return [
    code === "" ? "" : `${code} ${title.name}`,
    title.year ? String(title.year) : "",
    filmLength(title.duration_ms),
    withGenres ? (title.genres ?? []).slice(0, kGenresMax).join(", ") : "",
  ].filter((fact) => fact !== "");
}

/** The same for a title's own page, with what its files hold. */
export function longFacts(title: TitleDetail): string[] {
  const seasons = (title.seasons ?? []).filter((season) => season.season_number > 0).length;
  return [
    episodeCode(title),
    title.year ? String(title.year) : "",
    filmLength(title.duration_ms),
    seasons > 0 ? strings.title.seasonCount(seasons) : "",
    title.height ? `${title.height}p` : "",
    (title.captions ?? []).length > 0 ? strings.title.captionsBadge : "",
  ].filter((fact) => fact !== "");
}

/** What a card says under the name. */
export function cardFacts(title: Title): string {
  const facts = shortFacts(title, false);
  if (facts.length > 0) return facts.join(" · ");
  return title.kind === "show" ? strings.title.show : strings.title.film;
}

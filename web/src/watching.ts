// Pure questions about titles and what was watched of them.
import type { HistoryItem, HomeRow, Picture, Season, Title, Watched } from "./api/types";

/** The row that the page shows as resumable. */
export const kContinueRow = "continue-watching";

export function inWork(title: Pick<Title, "state" | "announced" | "progress">): boolean {
  if (title.announced) return title.progress > 0;
  return title.state === "queued" || title.state === "encoding";
}

/** Where watching of a row's title goes on; null when it was not begun. */
export function watchedOf(title: Title): Watched | null {
  if (!title.position_ms || !title.duration_ms) return null;
  return { position_ms: title.position_ms, duration_ms: title.duration_ms };
}

/** Rows worth showing: none empty. */
export function shownRows(rows: readonly HomeRow[]): HomeRow[] {
  return rows.filter((row) => row.titles.length > 0);
}

export type Shape = "portrait" | "landscape";

function upright(picture: Picture | null | undefined): boolean {
  return picture != null && picture.height > picture.width;
}

/** Posters when most of a row has upright ones, else wide pictures. */
export function shapeOf(titles: readonly Title[]): Shape {
  const with_ = titles.filter((title) => upright(title.poster)).length;
  return with_ * 2 > titles.length ? "portrait" : "landscape";
}

/** The title's picture for a shape: its own kind first, then whatever there is. */
export function pictureOf(title: Title, shape: Shape): Picture | null {
  const [first, ...rest] =
    shape === "portrait"
      ? [title.poster, title.landscape, title.backdrop]
      : [title.landscape, title.backdrop, title.poster];
  return first ?? rest.find((picture) => picture != null) ?? null;
}

/** Where an episode stands in its show: the last one begun but not finished, else the one after the last finished, else the first. */
export function nextEpisode(
  seasons: readonly Season[],
  history: readonly HistoryItem[],
): { episode: Title; item: HistoryItem | null } | null {
  // Specials are watched by choice, not in passing.
  const ordered = [...seasons].sort(
    (a, b) =>
      Number(a.season_number === 0) - Number(b.season_number === 0) ||
      a.season_number - b.season_number,
  );
  const episodes = ordered.flatMap((season) => season.episodes);
  const seen = history.find((item) => episodes.some((episode) => episode.id === item.title_id));
  const at = episodes.findIndex((episode) => episode.id === seen?.title_id);
  const episode = seen?.completed
    ? (episodes[at + 1] ?? episodes[0])
    : (episodes[at] ?? episodes[0]);
  if (!episode) return null;
  const item = history.find((each) => each.title_id === episode.id && !each.completed) ?? null;
  return { episode, item };
}

// Pure questions about titles and what was watched of them.
import type { HistoryItem, Title } from "./api/types";

export interface Watched {
  title: Title;
  item: HistoryItem;
}

/** Titles begun and not finished, last watched first; those that no longer exist or cannot play are left out. */
export function continueWatching(
  titles: readonly Title[],
  history: readonly HistoryItem[],
): Watched[] {
  const byId = new Map(titles.map((title) => [title.id, title]));
  const begun: Watched[] = [];
  for (const item of history) {
    const title = byId.get(item.title_id);
    if (!title?.playable || item.completed || item.position_ms < 1000) continue;
    if (begun.some((known) => known.title.id === title.id)) continue;
    begun.push({ title, item });
  }
  return begun;
}

export function inWork(title: Pick<Title, "state">): boolean {
  return title.state === "queued" || title.state === "encoding";
}

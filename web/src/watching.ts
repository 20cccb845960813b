// Pure questions about titles and what was watched of them.
import type { HomeRow, Title, Watched } from "./api/types";

/** The row that the page shows as resumable. */
export const kContinueRow = "continue-watching";
const kRecentRow = "recently-added";

export function inWork(title: Pick<Title, "state">): boolean {
  return title.state === "queued" || title.state === "encoding";
}

/** Where watching of a row's title goes on; null when it was not begun. */
export function watchedOf(title: HomeRow["titles"][number]): Watched | null {
  if (!title.position_ms || !title.duration_ms) return null;
  return { position_ms: title.position_ms, duration_ms: title.duration_ms };
}

/** Rows worth showing above all films: none empty, and no "recently added" that only repeats the whole library. */
export function shownRows(rows: readonly HomeRow[], titleCount: number): HomeRow[] {
  return rows.filter(
    (row) => row.titles.length > 0 && (row.id !== kRecentRow || row.titles.length < titleCount),
  );
}

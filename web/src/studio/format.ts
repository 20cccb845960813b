// Sizes, times and steps as whoever runs the house reads them.
import { studio } from "../strings/studio";

/** `1.5 GB`; three figures at most. */
export function bytes(value: number): string {
  let left = Math.max(0, value);
  let unit = 0;
  while (left >= 999.5 && unit + 1 < studio.units.length) {
    left /= 1000;
    unit++;
  }
  const digits = unit === 0 || left >= 100 ? 0 : left >= 10 ? 1 : 2;
  return studio.bytes(left.toFixed(digits), studio.units[unit] ?? "");
}

/** `40 s`, `12 min`, `1 h 5 min`, `2 days 3 h`. */
export function lasts(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return studio.lasts.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return studio.lasts.minutes(minutes);
  if (minutes < 48 * 60) return studio.lasts.hours(Math.floor(minutes / 60), minutes % 60);
  const hours = Math.round(minutes / 60);
  return studio.lasts.days(Math.floor(hours / 24), hours % 24);
}

/** `3 min ago`. */
export function ago(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  if (seconds < 5) return studio.ago.now;
  if (seconds < 90) return studio.ago.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return studio.ago.minutes(minutes);
  const hours = Math.round(minutes / 60);
  return hours < 36 ? studio.ago.hours(hours) : studio.ago.days(Math.round(hours / 24));
}

/** `14:03:07`, in the viewer's zone. */
export function clock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString("en-GB");
}

export function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}

/** `The Show, season 1, episode 3: Its Name`; a version with its name. */
export function fullName(title: {
  name: string;
  show_name: string | null;
  season_number: number | null;
  episode_number: number | null;
  edition_name: string | null;
}): string {
  const { name, show_name: show, season_number: season, episode_number: episode } = title;
  if (show !== null && show !== "" && season !== null && episode !== null)
    return studio.titles.episode(show, season, episode, name);
  return title.edition_name ? studio.titles.edition(name, title.edition_name) : name;
}

/** A job's step in words: `Encode 360p, part 3` for `encode/v360/2`. */
export function stepName(step: string): string {
  const [kind = "", which = "", part = ""] = step.split("/");
  const name = studio.jobs.kinds[kind] ?? kind;
  if (kind === "encode") {
    const rung = which === "rest" ? studio.jobs.rest : `${which.replace(/^v/, "")}p`;
    return studio.jobs.chunk(rung, Number(part) + 1);
  }
  return which === "" || kind === "publish" ? name : `${name} ${which}`;
}

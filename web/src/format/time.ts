// Times, facts and messages as a viewer reads them.
import { strings } from "../strings";

const text = strings.time;

/** `7:05`, `1:02:09`: position in a film; negative and unknown times show as 0:00. */
export function clockTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** `1 hour 2 minutes 9 seconds`: the same for a screen reader. */
export function spokenTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const parts: string[] = [];
  const add = (count: number, unit: string): void => {
    if (count > 0) parts.push(text.several(count, unit));
  };
  add(Math.floor(whole / 3600), text.hour);
  add(Math.floor((whole % 3600) / 60), text.minute);
  add(whole % 60, text.second);
  return parts.length > 0 ? parts.join(" ") : text.zero;
}

/** `1 h 35 min`, `10 min`, `30 s`: how long a film is; empty when unknown. */
export function filmLength(durationMs: number | null | undefined): string {
  if (durationMs == null || durationMs <= 0) return "";
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return text.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return text.minutes(minutes);
  const rest = minutes % 60;
  return rest === 0 ? text.hours(minutes / 60) : text.hoursMinutes(Math.floor(minutes / 60), rest);
}

/** `12 min left`, `40 s left`. */
export function timeLeft(positionMs: number, durationMs: number): string {
  const left = Math.max(0, durationMs - positionMs);
  return left < 60_000
    ? text.secondsLeft(Math.ceil(left / 1000))
    : text.minutesLeft(Math.round(left / 60_000));
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `3 hours ago`, `yesterday`. */
export function ago(thenMs: number, nowMs: number): string {
  const minutes = Math.round((thenMs - nowMs) / 60_000);
  if (minutes > -1) return strings.account.justNow;
  if (minutes > -60) return relative.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return hours > -24
    ? relative.format(hours, "hour")
    : relative.format(Math.round(hours / 24), "day");
}

export const kUnknownLanguage = text.unknownLanguage;

const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

/** `German` for `de`; an unknown or missing code is named as the film's maker named it, else `Unknown language`. */
export function languageName(code: string | null | undefined, label?: string | null): string {
  if (code && code !== "und") {
    try {
      const name = names.of(code);
      if (name) return name;
    } catch {
      // Not a language tag: fall through to the label.
    }
  }
  return label && label !== "" ? label : kUnknownLanguage;
}

/** A server's message as a sentence: a capital first, a full stop last. */
export function sentence(message: string): string {
  const text = message.trim();
  if (text === "") return "";
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

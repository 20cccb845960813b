// Times, facts and messages as a viewer reads them.

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
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  };
  add(Math.floor(whole / 3600), "hour");
  add(Math.floor((whole % 3600) / 60), "minute");
  add(whole % 60, "second");
  return parts.length > 0 ? parts.join(" ") : "0 seconds";
}

/** `1 h 35 min`, `10 min`, `30 s`: how long a film is; empty when unknown. */
export function filmLength(durationMs: number | null | undefined): string {
  if (durationMs == null || durationMs <= 0) return "";
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** `12 min left`, `40 s left`. */
export function timeLeft(positionMs: number, durationMs: number): string {
  const left = Math.max(0, durationMs - positionMs);
  return left < 60_000
    ? `${Math.ceil(left / 1000)} s left`
    : `${Math.round(left / 60_000)} min left`;
}

export const kUnknownLanguage = "Unknown language";

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

// Failures of sign-in and profiles that have words of their own.
import type { ApiError } from "../api/client";
import { strings } from "../strings";

/** What to say of a throttled or unreachable server; null for what its own message tells best. */
export function troubleOf(problem: ApiError): string | null {
  if (problem.code === "limited")
    return strings.app.throttled(Math.max(1, Math.ceil((problem.retryAfterMs ?? 5000) / 1000)));
  if (problem.code === "unreachable") return strings.app.unreachable;
  if (problem.code === "unavailable") return strings.app.busy;
  return null;
}

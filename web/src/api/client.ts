// Calls of the public API. Every failure is an ApiError: `code` to branch on, `message` for a person.
import { backoffMs, realPatience, retryAfterMs, type Patience } from "./retry";
import { strings } from "../strings";
import type { HistoryPage, Home, Play, SearchAnswer, TitleDetail, TitlePage } from "./types";

export type ErrorCode =
  | "unreachable"
  | "unavailable"
  | "not_found"
  | "unauthorized"
  | "forbidden"
  | "invalid"
  | "conflict"
  | "limited"
  | "failed";

export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly retryAfterMs: number | null = null,
    readonly requestId: string | null = null,
  ) {
    super(message);
  }
}

/** The request's time limit; one slower counts as unreachable. */
const kTimeoutMs = 10_000;
/** For what hashes a password: slow on purpose, and a small machine does few at a time. */
const kPasswordTimeoutMs = 45_000;
/** A play start is tried for about 20 s in all: longer than a role needs to come back. */
const kPlayAttemptsMax = 8;

interface Problem {
  title?: string;
  detail?: string;
  request_id?: string;
}

function codeOf(status: number): ErrorCode {
  if (status === 404) return "not_found";
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 400 || status === 422) return "invalid";
  if (status === 409) return "conflict";
  if (status === 429) return "limited";
  if (status === 502 || status === 503 || status === 504) return "unavailable";
  return "failed";
}

async function problemOf(response: Response): Promise<ApiError> {
  const problem: Problem = await response.json().then(
    (body: unknown) => (typeof body === "object" && body !== null ? (body as Problem) : {}),
    () => ({}),
  );
  return new ApiError(
    codeOf(response.status),
    problem.detail ?? problem.title ?? strings.app.answered(response.status),
    retryAfterMs(response.headers.get("Retry-After"), Date.now()),
    problem.request_id ?? null,
  );
}

let onSignedOut: () => void = () => undefined;

/** Who is told when the server no longer knows this browser (401). */
export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

/** One request of the API with a JSON answer; an empty answer is `undefined`. Errors: ApiError. */
export async function call<Body>(path: string, init: RequestInit = {}): Promise<Body> {
  let response: Response;
  try {
    response = await fetch(path, {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(kTimeoutMs),
      ...init,
    });
  } catch (error) {
    if (init.signal?.aborted && init.signal.reason?.name !== "TimeoutError") throw error;
    throw new ApiError("unreachable", strings.app.unreachable);
  }
  if (response.status === 401) onSignedOut();
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as Body;
  return response.json().then(
    (body: unknown) => body as Body,
    () => {
      throw new ApiError("unreachable", strings.app.brokeOff);
    },
  );
}

/** The same with a body and a method that changes something. */
export function send<Body = void>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  timeoutMs: number = kTimeoutMs,
): Promise<Body> {
  return call<Body>(path, {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    headers:
      body === undefined
        ? { Accept: "application/json" }
        : { Accept: "application/json", "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The same for what carries a password or PIN. */
export function sendSecret<Body = void>(
  method: "POST" | "PATCH",
  path: string,
  body: unknown,
): Promise<Body> {
  return send<Body>(method, path, body, kPasswordTimeoutMs);
}

/** Any failure as one that can be shown. */
export function asApiError(error: unknown, message: string = strings.app.failed): ApiError {
  return error instanceof ApiError ? error : new ApiError("failed", message);
}

export interface TitleQuery {
  genre?: string;
  person?: string;
  kind?: string;
}

/** One page of titles, in the order of their names; `cursor` is the answer's `next_cursor`. */
export function listTitles(
  query: TitleQuery,
  cursor: string | null,
  limit: number,
): Promise<TitlePage> {
  const parameters = new URLSearchParams({ limit: String(limit) });
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value);
  if (cursor) parameters.set("cursor", cursor);
  return call<TitlePage>(`/v1/titles?${parameters}`);
}

/** What a few letters find, best first. Aborting rejects with the signal's reason. */
export function search(query: string, signal: AbortSignal): Promise<SearchAnswer> {
  return call<SearchAnswer>(`/v1/search?limit=36&q=${encodeURIComponent(query)}`, { signal });
}

export function getTitle(id: string): Promise<TitleDetail> {
  return call<TitleDetail>(`/v1/titles/${encodeURIComponent(id)}`);
}

/** The page made for this profile. */
export function getHome(): Promise<Home> {
  return call<Home>("/v1/home");
}

/** What was watched last. History is a comfort: when it is away, the answer is empty and nothing fails. */
export async function listHistory(): Promise<HistoryPage["items"]> {
  try {
    return (await call<HistoryPage>("/v1/history?limit=50")).items;
  } catch {
    return [];
  }
}

interface StartOptions {
  onRetry?: (error: ApiError) => void;
  patience?: Patience;
  attemptsMax?: number;
}

/**
 * Starts a play. One key for all attempts, so a repeated request is the same play; network errors and
 * 502/503/504/429 are tried again, waiting as the server asks. `onRetry` hears each failed attempt.
 */
export async function startPlay(
  titleId: string,
  key: string,
  {
    onRetry = () => undefined,
    patience = realPatience,
    attemptsMax = kPlayAttemptsMax,
  }: StartOptions = {},
): Promise<Play> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call<Play>("/v1/plays", {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "Idempotency-Key": key,
        },
        body: JSON.stringify({ title_id: titleId }),
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const again =
        error.code === "unreachable" || error.code === "unavailable" || error.code === "limited";
      if (!again || attempt + 1 >= attemptsMax) throw error;
      onRetry(error);
      await patience.sleep(error.retryAfterMs ?? backoffMs(attempt, patience.random()));
    }
  }
}

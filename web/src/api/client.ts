// Calls of the public API. Every failure is an ApiError: `code` to branch on, `message` for a person.
import { backoffMs, realPatience, retryAfterMs, type Patience } from "./retry";
import type { HistoryPage, Home, Play, TitleDetail, TitlePage } from "./types";

export type ErrorCode =
  "unreachable" | "unavailable" | "not_found" | "forbidden" | "limited" | "failed";

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
/** A play start is tried for about 20 s in all: longer than a role needs to come back. */
const kPlayAttemptsMax = 8;
const kPagesMax = 50;

interface Problem {
  title?: string;
  detail?: string;
  request_id?: string;
}

function codeOf(status: number): ErrorCode {
  if (status === 404) return "not_found";
  if (status === 401 || status === 403) return "forbidden";
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
    problem.detail ?? problem.title ?? `The server answered ${response.status}.`,
    retryAfterMs(response.headers.get("Retry-After"), Date.now()),
    problem.request_id ?? null,
  );
}

async function call<Body>(path: string, init: RequestInit = {}): Promise<Body> {
  let response: Response;
  try {
    response = await fetch(path, {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(kTimeoutMs),
      ...init,
    });
  } catch {
    throw new ApiError("unreachable", "The server cannot be reached.");
  }
  if (!response.ok) throw await problemOf(response);
  return response.json().then(
    (body: unknown) => body as Body,
    () => {
      throw new ApiError("unreachable", "The server's answer broke off.");
    },
  );
}

/** All titles, page by page (at most 50 pages of 200). */
export async function listTitles(): Promise<TitlePage["titles"]> {
  const titles: TitlePage["titles"] = [];
  let cursor: string | null | undefined = null;
  for (let page = 0; page < kPagesMax; page++) {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const answer: TitlePage = await call<TitlePage>(`/v1/titles?limit=200${query}`);
    titles.push(...answer.titles);
    cursor = answer.next_cursor;
    if (!cursor) break;
  }
  return titles;
}

export function getTitle(id: string): Promise<TitleDetail> {
  return call<TitleDetail>(`/v1/titles/${encodeURIComponent(id)}`);
}

/** The rows made for this profile. */
export async function getHome(): Promise<Home["rows"]> {
  return (await call<Home>("/v1/home")).rows;
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

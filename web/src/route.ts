// Which page an address shows.

export interface ListFilter {
  genre?: string;
  person?: string;
  kind?: string;
}

export type Route =
  | { page: "home" }
  | { page: "title"; id: string }
  | { page: "watch"; id: string; dash: boolean; fromMs: number | null }
  | { page: "search"; query: string }
  | { page: "list"; filter: ListFilter }
  | { page: "claim" }
  | { page: "invite" }
  | { page: "profiles" }
  | { page: "account" }
  | { page: "studio"; path: readonly string[] }
  | { page: "missing" };

const kId = /^[A-Za-z0-9_-]{1,64}$/;
const kTextMax = 200;
const kStudioPartsMax = 4;

function textOf(parameters: URLSearchParams, name: string): string {
  return (parameters.get(name) ?? "").slice(0, kTextMax);
}

function filterOf(parameters: URLSearchParams): ListFilter {
  const filter: ListFilter = {};
  for (const name of ["genre", "person", "kind"] as const) {
    const value = textOf(parameters, name);
    if (value !== "") filter[name] = value;
  }
  return filter;
}

/** Seconds of `?t=`, as ms; null when absent or not a time. */
function timeOf(parameters: URLSearchParams): number | null {
  const seconds = Number(parameters.get("t") ?? "");
  return parameters.has("t") && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function ofId(page: string, id: string, parameters: URLSearchParams): Route {
  if (!kId.test(id)) return { page: "missing" };
  if (page === "title") return { page, id };
  if (page === "watch")
    return { page, id, dash: parameters.get("format") === "dash", fromMs: timeOf(parameters) };
  return { page: "missing" };
}

/** What an address shows; anything unknown or malformed is `missing`. */
export function parseRoute(pathname: string, search: string): Route {
  const parts = pathname.split("/").filter((part) => part !== "");
  const parameters = new URLSearchParams(search);
  const [page, id] = parts;
  if (page === undefined) return { page: "home" };
  if (page === "studio")
    return parts.length <= kStudioPartsMax ? { page, path: parts.slice(1) } : { page: "missing" };
  if (id !== undefined)
    return parts.length === 2 ? ofId(page, id, parameters) : { page: "missing" };
  switch (page) {
    case "search":
      return { page, query: textOf(parameters, "q") };
    case "list":
      return { page, filter: filterOf(parameters) };
    case "claim":
    case "invite":
    case "profiles":
    case "account":
      return { page };
    default:
      return { page: "missing" };
  }
}

/** The address of a list. */
export function listAddress(filter: ListFilter): string {
  const parameters = new URLSearchParams(Object.entries(filter));
  return parameters.size > 0 ? `/list?${parameters}` : "/list";
}

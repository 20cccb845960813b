// Which page an address shows.

export type Route =
  | { page: "home" }
  | { page: "title"; id: string }
  | { page: "watch"; id: string; dash: boolean }
  | { page: "missing" };

const kId = /^[A-Za-z0-9_-]{1,64}$/;

/** What an address shows; anything unknown or malformed is `missing`. */
export function parseRoute(pathname: string, search: string): Route {
  const parts = pathname.split("/").filter((part) => part !== "");
  if (parts.length === 0) return { page: "home" };
  const [page, id] = parts;
  if (parts.length !== 2 || id === undefined || !kId.test(id)) return { page: "missing" };
  if (page === "title") return { page, id };
  if (page === "watch")
    return { page, id, dash: new URLSearchParams(search).get("format") === "dash" };
  return { page: "missing" };
}

// The shapes of the API by their names in the field, taken from the OpenAPI document (`npm run generate`).
import type { paths } from "./schema";

type Answer<
  Path extends keyof paths,
  Method,
  Status extends number,
> = Method extends keyof paths[Path]
  ? paths[Path][Method] extends { responses: infer Responses }
    ? Status extends keyof Responses
      ? Responses[Status] extends { content: { "application/json": infer Body } }
        ? Body
        : never
      : never
    : never
  : never;

export type TitlePage = Answer<"/v1/titles", "get", 200>;
export type Title = TitlePage["titles"][number];
export type TitleDetail = Answer<"/v1/titles/{id}", "get", 200>;
export type Home = Answer<"/v1/home", "get", 200>;
export type HomeRow = Home["rows"][number];
export type HistoryPage = Answer<"/v1/history", "get", 200>;
export type HistoryItem = HistoryPage["items"][number];
export type Play = Answer<"/v1/plays", "post", 200>;
export type EventAnswer = Answer<"/v1/events", "post", 202>;

type EventBatch = NonNullable<
  paths["/v1/events"]["post"]["requestBody"]
>["content"]["application/json"];
export type ViewingEvent = EventBatch["events"][number];

/** How far a title was watched. */
export interface Watched {
  position_ms: number;
  duration_ms: number;
}

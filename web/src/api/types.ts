// The shapes of the API by their names in the field; docs/api.md and openapi.json describe them.
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

/** A picture in six widths: `url` + `?w=`. */
export interface Picture {
  id: string;
  url: string;
  width: number;
  height: number;
  blurhash?: string | null;
}

/** What a title has beyond its name; absent where nobody knows it. */
interface TitleMore {
  parent_id: string | null;
  show_id: string | null;
  show_name: string | null;
  season_number: number | null;
  episode_number: number | null;
  edition_name: string | null;
  certificate: string | null;
  maturity: number | null;
  genres: string[];
  plot: string | null;
  poster: Picture | null;
  backdrop: Picture | null;
  landscape: Picture | null;
  announced: boolean;
  /** Of what a profile has begun. */
  position_ms: number | null;
}

type BareTitle = Answer<"/v1/titles", "get", 200>["titles"][number];
export type Title = Omit<BareTitle, "kind" | keyof TitleMore> & {
  kind: string;
} & Partial<TitleMore>;

export interface TitlePage {
  titles: Title[];
  next_cursor?: string | null;
}

export interface Chapter {
  start_ms: number;
  name?: string | null;
}

export interface Marker {
  kind: string;
  start_ms: number;
  end_ms: number;
}

export interface Season {
  id: string;
  season_number: number;
  name?: string | null;
  episodes: Title[];
}

type BareDetail = Answer<"/v1/titles/{id}", "get", 200>;
interface DetailMore {
  tagline: string | null;
  original_name: string | null;
  countries: string[];
  directors: string[];
  writers: string[];
  cast: { name: string; role?: string | null }[];
  studios: string[];
  tags: string[];
  premiered: string | null;
  chapters: Chapter[];
  markers: Marker[];
  seasons: Season[];
  editions: { id: string; name: string; height?: number | null }[];
  extras: Title[];
  images: Partial<Record<string, Picture[]>>;
}
export type TitleDetail = Title &
  Partial<Pick<BareDetail, "audio" | "captions" | "height" | "message">> &
  Partial<DetailMore>;

export interface HomeRow {
  id: string;
  name: string;
  reason?: string | null;
  titles: Title[];
}
export interface Home {
  billboard?: Title | null;
  rows: HomeRow[];
}

export interface Named {
  name: string;
  titles: number;
}
export interface SearchAnswer {
  titles: Title[];
  people: Named[];
  genres: Named[];
}

export type HistoryPage = Answer<"/v1/history", "get", 200>;
export type HistoryItem = HistoryPage["items"][number];

interface PlayMore {
  thumbnails_url: string | null;
  chapters: Chapter[];
  markers: Marker[];
  next: Title | null;
  audio_language: string | null;
  caption_language: string | null;
}
type BarePlay = Answer<"/v1/plays", "post", 200>;
export type Play = Omit<BarePlay, keyof PlayMore> & Partial<PlayMore>;
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

export type Role = "owner" | "editor" | "viewer";

export interface Profile {
  id: string;
  name: string;
  kind: "adult" | "child";
  avatar: string;
  language: string;
  maturity_max: number | null;
  has_pin: boolean;
  autoplay: boolean;
}

export interface Me {
  state: "unclaimed" | "signed_out" | "gate" | "ready";
  account: { id: string; name: string; role: Role } | null;
  profile: Profile | null;
  server_name: string;
  demo: boolean;
}

export interface Device {
  id: string;
  device: string;
  created_ms: number;
  last_seen_ms: number;
  current: boolean;
}

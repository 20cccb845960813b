// Calls of the studio's API; fetched with its pages. Every failure is an ApiError.
import { call, send } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Overview = Schemas["StudioOverview"];
export type Attention = Overview["attention"][number];
export type StudioTitle = Schemas["StudioTitle"];
export type StudioTitlePage = Schemas["StudioTitlePage"];
export type StudioTitleDetail = Schemas["StudioTitleDetail"];
export type Stage = Schemas["Stage"];
export type StudioJob = Schemas["StudioJob"];
export type StudioJobPage = Schemas["StudioJobPage"];
export type JobLogLine = Schemas["JobLogLine"];
export type Storage = Schemas["StudioStorage"];
export type Turn = StudioTitle["turn"];

export interface TitleQuery {
  state: string;
  search: string;
}

const at = (path: string): string => `/v1/studio/${path}`;
const id = (value: string): string => encodeURIComponent(value);

export const getOverview = (): Promise<Overview> => call(at("overview"));

/** `state`: "" for all, "attention", or a state of titles. */
export function listTitles(
  query: TitleQuery,
  limit: number,
  cursor: string | null,
): Promise<StudioTitlePage> {
  const parameters = new URLSearchParams({ limit: String(limit) });
  if (query.state === "attention") parameters.set("attention", "1");
  else if (query.state !== "") parameters.set("state", query.state);
  if (query.search !== "") parameters.set("q", query.search);
  if (cursor !== null) parameters.set("cursor", cursor);
  return call(at(`titles?${parameters}`));
}

export const getTitle = (title: string): Promise<StudioTitleDetail> =>
  call(at(`titles/${id(title)}`));

/** How many jobs it concerned. */
export const retryTitle = async (title: string): Promise<number> =>
  (await send<Schemas["StudioOrder"]>("POST", at(`titles/${id(title)}/retry`), {})).jobs;
export const cancelTitle = async (title: string): Promise<number> =>
  (await send<Schemas["StudioOrder"]>("POST", at(`titles/${id(title)}/cancel`), {})).jobs;
export const setTurn = (title: string, turn: Turn): Promise<Schemas["StudioTurn"]> =>
  send("POST", at(`titles/${id(title)}/turn`), { turn });

export const listJobs = (state: string, limit: number): Promise<StudioJobPage> =>
  call(at(`jobs?state=${id(state)}&limit=${limit}`));
export const retryJob = (job: string): Promise<unknown> =>
  send("POST", at(`jobs/${id(job)}/retry`), {});
export const cancelJob = (job: string): Promise<unknown> =>
  send("POST", at(`jobs/${id(job)}/cancel`), {});

export const getStorage = (): Promise<Storage> => call(at("storage"));

export interface EncodePolicy {
  when: "now" | "on_first_watch" | "never";
  night_window: { from: string; to: string } | null;
  cpu_share: number;
  disk_quota_bytes: number | null;
}
export const getEncodePolicy = (): Promise<EncodePolicy> => call(at("encode-policy"));
export const setEncodePolicy = (policy: EncodePolicy): Promise<EncodePolicy> =>
  send("PUT", at("encode-policy"), policy);

/** Of a demo only; no other service has these calls. */
export interface Audience {
  viewers: number;
  viewers_max: number;
}
export const getAudience = (): Promise<Audience> => call("/v1/demo/audience");
export const setAudience = (viewers: number): Promise<Audience> =>
  send("PUT", "/v1/demo/audience", { viewers });

export type LibraryReport = Schemas["StudioLibrary"];
export type Scan = Schemas["StudioScan"];
export const getLibrary = (): Promise<LibraryReport> => call(at("library"));
/** Begins it; the library's report tells how it stands. */
export const rescanLibrary = (): Promise<Scan> => send("POST", at("library/rescan"), {});

export interface Member {
  id: string;
  name: string;
  role: "owner" | "editor" | "viewer";
  created_ms: number;
  last_seen_ms: number | null;
}
export interface Invitation {
  id: string;
  role: string;
  note: string;
  expires_at_ms: number;
}
export const listMembers = async (): Promise<Member[]> =>
  (await call<{ members: Member[] }>("/v1/members")).members;
export const setRole = (member: string, role: string): Promise<unknown> =>
  send("PATCH", `/v1/members/${id(member)}`, { role });
export const removeMember = (member: string): Promise<unknown> =>
  send("DELETE", `/v1/members/${id(member)}`);
export const listInvitations = async (): Promise<Invitation[]> =>
  (await call<{ invitations: Invitation[] }>("/v1/invitations")).invitations;
export const createInvitation = (
  role: string,
  note: string,
): Promise<{ id: string; url: string; expires_at_ms: number }> =>
  send("POST", "/v1/invitations", { role, note });
export const revokeInvitation = (invitation: string): Promise<unknown> =>
  send("DELETE", `/v1/invitations/${id(invitation)}`);

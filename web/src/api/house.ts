// Who is there: signing in, profiles, devices. Fetched with the pages that need them.
import { call, send, sendSecret } from "./client";
import type { Device, Profile } from "./types";

/** What a profile is made of; `pin` null takes the PIN away, absent leaves it. */
export interface ProfileFacts {
  name: string;
  kind: "adult" | "child";
  avatar: string;
  language: string;
  maturity_max: number | null;
  autoplay: boolean;
  pin?: string | null;
}

export const claim = (token: string, name: string, password: string): Promise<void> =>
  sendSecret("POST", "/v1/claim", { token, name, password });

export const acceptInvitation = (token: string, name: string, password: string): Promise<void> =>
  sendSecret("POST", "/v1/invitations/accept", { token, name, password });

export const signIn = (name: string, password: string, device: string): Promise<void> =>
  sendSecret("POST", "/v1/sign-in", { name, password, device });

export const signOut = (): Promise<void> => send("POST", "/v1/sign-out");

export const changePassword = (current: string, fresh: string): Promise<void> =>
  sendSecret("POST", "/v1/password", { current, new: fresh });

export const listDevices = async (): Promise<Device[]> =>
  (await call<{ sessions: Device[] }>("/v1/sessions")).sessions;

export const revokeDevice = (id: string): Promise<void> =>
  send("DELETE", `/v1/sessions/${encodeURIComponent(id)}`);

export const listProfiles = async (): Promise<Profile[]> =>
  (await call<{ profiles: Profile[] }>("/v1/profiles")).profiles;

export const createProfile = (facts: ProfileFacts): Promise<Profile> =>
  sendSecret("POST", "/v1/profiles", facts);

export const changeProfile = (id: string, facts: Partial<ProfileFacts>): Promise<Profile> =>
  sendSecret("PATCH", `/v1/profiles/${encodeURIComponent(id)}`, facts);

export const deleteProfile = (id: string): Promise<void> =>
  send("DELETE", `/v1/profiles/${encodeURIComponent(id)}`);

export const selectProfile = (id: string, pin: string | null): Promise<void> =>
  sendSecret("POST", `/v1/profiles/${encodeURIComponent(id)}/select`, pin === null ? {} : { pin });

export const rescanLibrary = (): Promise<void> => send("POST", "/v1/studio/library/rescan", {});

/** A name for this browser that its owner recognises in a list of devices. */
export function deviceName(
  agent: string,
  named: (browser: string, system: string) => string,
  unknown: { browser: string; computer: string },
): string {
  const browser =
    /(Firefox|Edg|OPR|SamsungBrowser|Chrome|Safari)\//.exec(agent)?.[1] ?? unknown.browser;
  const system =
    /(Android|iPhone|iPad|Windows|Mac OS X|CrOS|Tizen|Web0S|Linux)/.exec(agent)?.[1] ??
    unknown.computer;
  const nice: Record<string, string> = {
    Edg: "Edge",
    OPR: "Opera",
    SamsungBrowser: "Samsung Internet",
    "Mac OS X": "macOS",
    CrOS: "ChromeOS",
    Web0S: "webOS",
  };
  return named(nice[browser] ?? browser, nice[system] ?? system);
}

// The one place that loads shaka-player: a chunk of its own, fetched when a title page or a play needs it.
import { persist } from "../api/retry";
import type shaka from "shaka-player/dist/shaka-player.compiled-es2021";

export type Shaka = typeof shaka;
export type ShakaPlayer = shaka.Player;
export type ShakaPreload = shaka.media.PreloadManager;

/** About ten seconds: longer than a role needs to come back. */
const kAttempts = 7;

let loading: Promise<Shaka> | null = null;

/** The engine; a failed download is tried again at the next call. */
export function loadShaka(): Promise<Shaka> {
  loading ??= persist(
    kAttempts,
    () => import("shaka-player/dist/shaka-player.compiled-es2021"),
  ).then(
    (module) => {
      module.default.polyfill.installAll();
      return module.default;
    },
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

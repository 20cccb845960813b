// Who sits in front of this browser: nobody yet, an account at the gate, or a profile that watches.
import { ApiError, call, whenSignedOut } from "./api/client";
import { backoffMs } from "./api/retry";
import type { Me } from "./api/types";

/** A house that asks nobody to sign in. */
const kOpenHouse: Me = {
  state: "ready",
  account: null,
  profile: null,
  server_name: "",
  demo: false,
};
const kAskAgainMs = 1000;

class Session {
  me = $state.raw<Me | null>(null);
  /** The viewer was in the middle of something when the server forgot this browser. */
  interrupted = $state(false);
  #asking: Promise<void> | null = null;
  #askedAtMs = -Infinity;
  #failures = 0;

  constructor() {
    whenSignedOut(() => {
      // Several requests of a page are refused at once: one question answers all.
      if (performance.now() - this.#askedAtMs < kAskAgainMs) return;
      void this.ask();
    });
  }

  /** Reads who is there; while the server is away, asks again until it answers. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  get editor(): boolean {
    const role = this.me?.account?.role;
    return role === "owner" || role === "editor";
  }

  async #ask(): Promise<void> {
    for (;;) {
      this.#askedAtMs = performance.now();
      try {
        this.#take(await call<Me>("/v1/me"));
        this.#failures = 0;
        return;
      } catch (error) {
        if (error instanceof ApiError && error.code === "not_found") return this.#take(kOpenHouse);
        this.#failures++;
        await new Promise((done) => setTimeout(done, backoffMs(this.#failures, Math.random())));
      }
    }
  }

  #take(me: Me): void {
    const before = this.me?.state;
    if (me.state === "ready") this.interrupted = false;
    else if (before === "ready" && me.state === "signed_out") this.interrupted = true;
    this.me = me;
  }
}

export const session = new Session();

// Who sits in front of this browser: nobody yet, an account at the gate, or a profile that watches.
import { call, whenSignedOut } from "./api/client";
import { backoffMs } from "./api/retry";
import type { Me } from "./api/types";

const kAskAgainMs = 1000;

class Session {
  me = $state.raw<Me | null>(null);
  /** The viewer was in the middle of something when the server forgot this browser. */
  interrupted = $state(false);
  #asking: Promise<void> | null = null;
  #askedAtMs = -Infinity;
  #due: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor() {
    whenSignedOut(() => {
      // Several requests of a page are refused at once: one question answers all. It comes later rather than never:
      // the answer just taken may be older than the refusal.
      if (this.#due !== undefined) return;
      this.#due = setTimeout(
        () => {
          this.#due = undefined;
          void this.ask();
        },
        Math.max(0, this.#askedAtMs + kAskAgainMs - performance.now()),
      );
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
      } catch {
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

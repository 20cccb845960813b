// What a page of the studio shows, read again every few seconds while somebody looks.
import { asApiError, type ApiError } from "../api/client";
import { backoffMs } from "../api/retry";
import { studio } from "../strings/studio";

const kEveryMs = 2000;

export class Live<Value> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<ApiError | null>(null);
  #read: () => Promise<Value>;
  #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #running = false;
  #turn = 0;

  constructor(read: () => Promise<Value>, everyMs: number = kEveryMs) {
    this.#read = read;
    this.#everyMs = everyMs;
  }

  /** Reads now and goes on until the returned function is called. */
  start(): () => void {
    this.#running = true;
    void this.refresh();
    return () => {
      this.#running = false;
      this.#turn++;
      clearTimeout(this.#timer);
    };
  }

  /** Reads now; an answer that comes after a later question is not shown. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    try {
      const value = await this.#read();
      if (turn !== this.#turn) return;
      this.value = value;
      this.problem = null;
      this.#failures = 0;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.problem = asApiError(error, studio.unreadable);
      this.#failures++;
    }
    this.#again(this.problem ? backoffMs(this.#failures, Math.random()) : this.#everyMs);
  }

  #again(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#running) return;
    this.#timer = setTimeout(() => {
      // Nobody looks: ask later.
      if (document.visibilityState === "hidden") this.#again(this.#everyMs);
      else void this.refresh();
    }, ms);
  }
}

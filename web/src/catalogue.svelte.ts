// The home page's billboard and rows, kept over page changes, read again while something encodes.
import { ApiError, asApiError, getHome } from "./api/client";
import { backoffMs } from "./api/retry";
import type { Home, Title } from "./api/types";
import { reporter } from "./events/browser_reporter";
import { strings } from "./strings";
import { inWork } from "./watching";

const kPollMs = 2000;
const kCalmMs = 10_000; // while titles are only announced
const kSettleMs = 1500;

class Catalogue {
  home = $state.raw<Home>({ rows: [] });
  loaded = $state(false);
  problem = $state.raw<ApiError | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #watching = 0;

  readonly titles = $derived<readonly Title[]>([
    ...(this.home.billboard ? [this.home.billboard] : []),
    ...this.home.rows.flatMap((row) => row.titles),
  ]);

  /** What is known of a title without asking. */
  find(id: string): Title | null {
    return this.titles.find((title) => title.id === id) ?? null;
  }

  /** Reads now, and again every 2 s while something encodes, until the returned function is called. */
  watch(): () => void {
    this.#watching++;
    // What was just watched is still on its way to the server: look again when it has arrived.
    const again =
      reporter.waiting > 0 ? setTimeout(() => void this.refresh(), kSettleMs) : undefined;
    void this.refresh();
    return () => {
      clearTimeout(again);
      this.#watching--;
      if (this.#watching === 0) this.#stop();
    };
  }

  /** Another profile sees another house. */
  forget(): void {
    this.home = { rows: [] };
    this.loaded = false;
    this.problem = null;
  }

  async refresh(): Promise<void> {
    this.#stop();
    try {
      this.home = await getHome();
      this.loaded = true;
      this.problem = null;
      this.#failures = 0;
    } catch (error) {
      const problem = asApiError(error, strings.home.unreadable);
      // Whoever is not signed in is led elsewhere.
      if (problem.code !== "unauthorized") this.problem = problem;
      this.#failures++;
    }
    this.#later();
  }

  #later(): void {
    if (this.#watching === 0 || this.#timer) return;
    if (this.problem) this.#again(backoffMs(this.#failures, Math.random()));
    else if (this.loaded && (this.titles.length === 0 || this.titles.some(inWork)))
      this.#again(kPollMs);
    else if (this.loaded && this.titles.some((title) => title.announced)) this.#again(kCalmMs);
  }

  #again(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // Nobody looks: try again later without asking the server.
      if (document.visibilityState === "hidden") this.#again(kPollMs);
      else void this.refresh();
    }, ms);
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

export const catalogue = new Catalogue();

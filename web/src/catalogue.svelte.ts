// Titles and history that all pages share: kept over page changes, read again while something encodes.
import { ApiError, listHistory, listTitles } from "./api/client";
import { backoffMs } from "./api/retry";
import type { HistoryItem, Title } from "./api/types";
import { inWork } from "./watching";

const kPollMs = 2000;

class Catalogue {
  titles = $state.raw<Title[]>([]);
  history = $state.raw<HistoryItem[]>([]);
  loaded = $state(false);
  problem = $state.raw<ApiError | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #watching = 0;

  /** Reads now, and again every 2 s while something encodes, until the returned function is called. */
  watch(): () => void {
    this.#watching++;
    void this.refresh(true);
    return () => {
      this.#watching--;
      if (this.#watching === 0) this.#stop();
    };
  }

  /** `withHistory` also reads what was watched; polling for progress leaves it out. */
  async refresh(withHistory: boolean): Promise<void> {
    this.#stop();
    try {
      const [titles, history] = await Promise.all([
        listTitles(),
        withHistory ? listHistory() : this.history,
      ]);
      this.titles = titles;
      this.history = history;
      this.loaded = true;
      this.problem = null;
      this.#failures = 0;
    } catch (error) {
      this.problem =
        error instanceof ApiError ? error : new ApiError("failed", "The list could not be read.");
      this.#failures++;
    }
    this.#later();
  }

  #later(): void {
    if (this.#watching === 0 || this.#timer) return;
    if (this.problem) this.#again(backoffMs(this.#failures, Math.random()), true);
    else if (this.titles.some(inWork)) this.#again(kPollMs, false);
  }

  #again(ms: number, withHistory: boolean): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // Nobody looks: try again later without asking the server.
      if (document.visibilityState === "hidden") this.#again(kPollMs, withHistory);
      else void this.refresh(withHistory);
    }, ms);
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

export const catalogue = new Catalogue();

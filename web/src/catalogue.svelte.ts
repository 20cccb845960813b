// Titles and rows that all pages share: kept over page changes, read again while something encodes.
import { ApiError, getHome, listTitles } from "./api/client";
import { backoffMs } from "./api/retry";
import { reporter } from "./events/browser_reporter";
import type { HomeRow, Title } from "./api/types";
import { inWork } from "./watching";

const kPollMs = 2000;
const kSettleMs = 1500;

class Catalogue {
  titles = $state.raw<Title[]>([]);
  rows = $state.raw<HomeRow[]>([]);
  loaded = $state(false);
  problem = $state.raw<ApiError | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #watching = 0;

  /** Reads now, and again every 2 s while something encodes, until the returned function is called. */
  watch(): () => void {
    this.#watching++;
    // What was just watched is still on its way to the server: look again when it has arrived.
    const again =
      reporter.waiting > 0 ? setTimeout(() => void this.refresh(true), kSettleMs) : undefined;
    void this.refresh(true);
    return () => {
      clearTimeout(again);
      this.#watching--;
      if (this.#watching === 0) this.#stop();
    };
  }

  /** `withRows` also reads the profile's rows; polling for progress leaves them out. */
  async refresh(withRows: boolean): Promise<void> {
    this.#stop();
    try {
      const [titles, rows] = await Promise.all([
        listTitles(),
        withRows ? getHome().catch(() => this.rows) : this.rows,
      ]);
      this.titles = titles;
      this.rows = rows;
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

  #again(ms: number, withRows: boolean): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // Nobody looks: try again later without asking the server.
      if (document.visibilityState === "hidden") this.#again(kPollMs, withRows);
      else void this.refresh(withRows);
    }, ms);
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

export const catalogue = new Catalogue();

// Pages by address. Links are ordinary <a href>; going back returns focus to the link that led away.

import { parseRoute, type Route } from "./route";

class Router {
  route = $state.raw<Route>(parseRoute(location.pathname, location.search));
  /** Address of the link to focus when the page that is coming up contains it. */
  returnFocus: string | null = null;
  #entries = 0;

  constructor() {
    addEventListener("popstate", () => {
      this.returnFocus = (history.state as { focus?: string } | null)?.focus ?? null;
      this.#entries = Math.max(0, this.#entries - 1);
      this.#show();
    });
    document.addEventListener("click", (event) => this.#follow(event));
  }

  go(address: string): void {
    history.replaceState({ focus: this.#focusedLink() ?? address }, "");
    history.pushState(null, "", address);
    this.#entries++;
    this.returnFocus = null;
    this.#show();
    scrollTo({ top: 0, behavior: "instant" });
  }

  /** Another address for what is shown, in place of the present one. */
  replace(address: string): void {
    history.replaceState(history.state, "", address);
    this.#show();
  }

  /** One level up: the entry before when it is ours, else `fallback`. */
  back(fallback: string): void {
    if (this.#entries > 0) history.back();
    else this.replace(fallback);
  }

  #show(): void {
    this.route = parseRoute(location.pathname, location.search);
  }

  #focusedLink(): string | null {
    const focused = document.activeElement;
    return focused instanceof HTMLAnchorElement ? focused.getAttribute("href") : null;
  }

  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest<HTMLAnchorElement>("a[href]");
    if (!link || link.target !== "" || link.origin !== location.origin || link.hash !== "") return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();

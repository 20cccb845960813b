// Where focus lands when a page or its content comes up: focus is never left on the body.
import { router } from "../router.svelte";

/** Focuses the link that led away (on the way back), else the page's first choice, unless a control has focus. */
export function landFocus(root: ParentNode = document): void {
  const current = document.activeElement;
  const wanted = router.returnFocus;
  if (wanted !== null) {
    const link = Array.from(root.querySelectorAll<HTMLElement>("main a[href]")).find(
      (element) => element.getAttribute("href") === wanted,
    );
    if (link) {
      router.returnFocus = null;
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: "center" });
      return;
    }
  }
  if (current && current !== document.body && document.contains(current)) return;
  const first =
    root.querySelector<HTMLElement>("[data-autofocus]") ??
    root.querySelector<HTMLElement>("main h1");
  if (!first) return;
  if (first.tagName === "H1") first.tabIndex = -1;
  first.focus({ preventScroll: true });
}

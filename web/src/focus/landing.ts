// Where focus lands when a page or its content comes up: focus is never left on the body.
import { router } from "../router.svelte";

/** Focuses the link that led away (on the way back), else the page's first choice, unless a control has focus. */
export function landFocus(root: ParentNode = document): void {
  const current = document.activeElement;
  const wanted = router.returnFocus;
  if (wanted !== null) {
    const link = Array.from(root.querySelectorAll<HTMLElement>("a[href]")).find(
      (element) => element.getAttribute("href") === wanted,
    );
    if (link) {
      router.returnFocus = null;
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: "center", behavior: "instant" });
      return;
    }
  }
  // The browser takes focus out of what became inert only when it draws next.
  const held =
    current !== null &&
    current !== document.body &&
    document.contains(current) &&
    current.closest("[inert]") === null;
  if (held && current.tagName !== "H1") return;
  const scopes = root.querySelectorAll<HTMLElement>("[data-focus-scope]");
  const scope = scopes[scopes.length - 1] ?? root;
  const first =
    scope.querySelector<HTMLElement>("[data-autofocus]") ??
    scope.querySelector<HTMLElement>("main h1");
  if (!first || first === current) return;
  if (first.tagName === "H1") first.tabIndex = -1;
  first.focus({ preventScroll: true });
}

/** When what had focus goes away, the page's first choice takes it. Returns how to stop. */
export function keepFocus(): () => void {
  const onOut = (event: FocusEvent): void => {
    if (event.relatedTarget !== null) return;
    const left = event.target;
    // The pointer may leave a control for nothing; only a control that is gone leaves a gap.
    requestAnimationFrame(() => {
      const gone = left instanceof Element && !left.isConnected;
      if (gone && document.activeElement === document.body) landFocus();
    });
  };
  document.addEventListener("focusout", onOut);
  return () => document.removeEventListener("focusout", onOut);
}

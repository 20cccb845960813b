// Arrow keys move focus to the nearest control in their direction, on every page, so that a remote reaches everything.

export type Direction = "left" | "right" | "up" | "down";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A control that is out of line counts as this many times farther than one straight ahead. */
const kSidewaysWeight = 3;
/** Boxes may overlap this many pixels (focus growth, borders) and still lie "beyond" one another. */
const kOverlapPx = 4;

function gap(fromStart: number, fromEnd: number, toStart: number, toEnd: number): number {
  if (toStart > fromEnd) return toStart - fromEnd;
  if (fromStart > toEnd) return fromStart - toEnd;
  return 0;
}

/** Distance from one box to another that lies in that direction; null when it does not. */
export function distance(from: Box, to: Box, direction: Direction): number | null {
  const horizontal = direction === "left" || direction === "right";
  const ahead =
    direction === "right"
      ? to.left - from.right
      : direction === "left"
        ? from.left - to.right
        : direction === "down"
          ? to.top - from.bottom
          : from.top - to.bottom;
  if (ahead < -kOverlapPx) return null;
  const sideways = horizontal
    ? gap(from.top, from.bottom, to.top, to.bottom)
    : gap(from.left, from.right, to.left, to.right);
  const centres = horizontal
    ? Math.abs(from.top + from.bottom - to.top - to.bottom) / 2
    : Math.abs(from.left + from.right - to.left - to.right) / 2;
  return Math.max(0, ahead) + sideways * kSidewaysWeight + centres / 100;
}

/** Index of the nearest box in that direction, or -1. */
export function nearest(from: Box, boxes: readonly Box[], direction: Direction): number {
  let best = -1;
  let bestDistance = Infinity;
  boxes.forEach((box, index) => {
    const far = distance(from, box, direction);
    if (far !== null && far < bestDistance) {
      best = index;
      bestDistance = far;
    }
  });
  return best;
}

const kFocusable =
  'a[href], button:not(:disabled), input:not(:disabled), [tabindex="0"], [role="slider"][tabindex="0"]';

/** The controls that arrows may reach now: those of the open dialog or menu if there is one. */
export function reachable(root: ParentNode): HTMLElement[] {
  const scopes = root.querySelectorAll<HTMLElement>("[data-focus-scope]");
  const scope = scopes[scopes.length - 1] ?? root;
  return Array.from(scope.querySelectorAll<HTMLElement>(kFocusable)).filter((element) => {
    if (element.closest("[inert]")) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
  });
}

export function directionOf(key: string): Direction | null {
  switch (key) {
    case "ArrowLeft":
      return "left";
    case "ArrowRight":
      return "right";
    case "ArrowUp":
      return "up";
    case "ArrowDown":
      return "down";
    default:
      return null;
  }
}

/** Moves focus one step; when nothing has focus, to the page's first choice. True when focus moved. */
export function moveFocus(direction: Direction, root: ParentNode = document): boolean {
  const candidates = reachable(root);
  const current = document.activeElement;
  const target =
    current instanceof HTMLElement && candidates.includes(current)
      ? next(current, candidates, direction)
      : (candidates.find((element) => element.hasAttribute("data-autofocus")) ?? candidates[0]);
  if (!target) return false;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

function next(
  current: HTMLElement,
  candidates: readonly HTMLElement[],
  direction: Direction,
): HTMLElement | undefined {
  const others = candidates.filter((element) => element !== current);
  const boxes = others.map((element) => element.getBoundingClientRect());
  return others[nearest(current.getBoundingClientRect(), boxes, direction)];
}

/** Listens for arrow keys that nobody else used. Returns how to stop. */
export function startSpatialNavigation(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const direction = directionOf(event.key);
    if (!direction || event.defaultPrevented) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (moveFocus(direction)) event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

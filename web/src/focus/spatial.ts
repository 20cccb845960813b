// Arrow keys move focus to the nearest control in their direction, on every page, so that a remote reaches everything.
// A container with data-focus-row is one line of controls: left and right stay in it, and coming back finds its last one.

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
  'a[href], button:not(:disabled):not([tabindex="-1"]), input:not(:disabled):not([type="hidden"]), ' +
  'select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';

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

const lastOfRow = new WeakMap<Element, HTMLElement>();

function rowOf(element: Element): Element | null {
  return element.closest("[data-focus-row]");
}

/** Where focus goes from `current`; undefined when nothing lies there. */
function next(
  current: HTMLElement,
  candidates: readonly HTMLElement[],
  direction: Direction,
): HTMLElement | undefined {
  const row = rowOf(current);
  const along = direction === "left" || direction === "right";
  // A row that is broken into lines on a narrow screen is crossed up and down like any page.
  const others = candidates.filter(
    (element) => element !== current && (row === null || !along || rowOf(element) === row),
  );
  const boxes = others.map((element) => element.getBoundingClientRect());
  const found = others[nearest(current.getBoundingClientRect(), boxes, direction)];
  const entered = found && !along ? rowOf(found) : null;
  const into = entered === row ? null : entered;
  const known = into ? lastOfRow.get(into) : undefined;
  return known && others.includes(known) ? known : found;
}

/** Moves focus one step; when nothing has focus, to the page's first choice. True when focus moved. */
export function moveFocus(direction: Direction, root: ParentNode = document): boolean {
  const candidates = reachable(root);
  const current = document.activeElement;
  const inside = current instanceof HTMLElement && candidates.includes(current);
  // A heading that was given focus stands where it stands: arrows go on from there.
  const target = inside
    ? next(current, candidates, direction)
    : (candidates.find((element) => element.hasAttribute("data-autofocus")) ?? candidates[0]);
  if (!target) return false;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

const kTextTypes = /^(text|search|password|email|url|tel|number)$/;

/** Whether a field needs this arrow for itself: the caret inside a text, the choice of a list. */
function wantsArrow(element: Element | null, direction: Direction): boolean {
  const along = direction === "left" || direction === "right";
  if (element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement) return !along;
  if (!(element instanceof HTMLInputElement) || !along) return false;
  if (!kTextTypes.test(element.type)) return false;
  const { selectionStart: start, selectionEnd: end, value } = element;
  if (start === null || end === null) return false;
  return start !== end || (direction === "left" ? start > 0 : end < value.length);
}

/** Listens for arrow keys that nobody else used. Returns how to stop. */
export function startSpatialNavigation(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const direction = directionOf(event.key);
    if (!direction || event.defaultPrevented) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (wantsArrow(document.activeElement, direction)) return;
    // A radio button's own arrows would choose; here Enter and Space do.
    const radio = (document.activeElement as HTMLInputElement | null)?.type === "radio";
    if (moveFocus(direction) || radio) event.preventDefault();
  };
  const onFocus = (event: FocusEvent): void => {
    const element = event.target;
    const row = element instanceof HTMLElement ? rowOf(element) : null;
    if (row) lastOfRow.set(row, element as HTMLElement);
  };
  addEventListener("keydown", onKey);
  document.addEventListener("focusin", onFocus);
  return () => {
    removeEventListener("keydown", onKey);
    document.removeEventListener("focusin", onFocus);
  };
}

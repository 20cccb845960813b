// Goal: arrows go where the eye expects, stay inside an open menu, and find the page when focus was nowhere.
// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  distance,
  moveFocus,
  nearest,
  startSpatialNavigation,
  type Box,
  type Direction,
} from "./spatial";

const box = (left: number, top: number, width = 100, height = 50): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

describe("nearest", () => {
  const grid = [box(0, 0), box(120, 0), box(240, 0), box(0, 70), box(120, 70), box(240, 70)];
  it.each<{ name: string; from: Box; direction: Direction; expected: number }>([
    { name: "right in a row", from: box(0, 0), direction: "right", expected: 1 },
    { name: "left in a row", from: box(240, 70), direction: "left", expected: 4 },
    { name: "down a column", from: box(120, 0), direction: "down", expected: 4 },
    { name: "up a column", from: box(240, 70), direction: "up", expected: 2 },
    { name: "nothing beyond the edge", from: box(240, 0), direction: "right", expected: -1 },
    {
      name: "from a wide bar to the control under its middle",
      from: box(0, -60, 340),
      direction: "down",
      expected: 1,
    },
  ])("$name", ({ from, direction, expected }) => {
    expect(nearest(from, grid, direction)).toBe(expected);
  });

  it("prefers straight ahead to near but aside", () => {
    expect(nearest(box(0, 0), [box(110, 80), box(180, 0)], "right")).toBe(1);
  });

  it("is null for what lies behind", () => {
    expect(distance(box(100, 0), box(0, 0), "right")).toBeNull();
  });

  it("reaches every box of a random page from every other", () => {
    let seed = 20260301;
    const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let round = 0; round < 200; round++) {
      // Rows of cells with uneven widths, as pages have them.
      const boxes: Box[] = [];
      for (let row = 0; row < 1 + Math.floor(random() * 5); row++) {
        let left = random() * 200;
        for (let cell = 0; cell < 1 + Math.floor(random() * 6); cell++) {
          const width = 40 + random() * 200;
          boxes.push(box(left, row * 80, width, 60));
          left += width + 5 + random() * 60;
        }
      }
      const reached = new Set([0]);
      const open = [0];
      for (let from = open.pop(); from !== undefined; from = open.pop()) {
        for (const direction of ["left", "right", "up", "down"] as const) {
          const start = boxes[from] ?? box(0, 0);
          const others = boxes.filter((other) => other !== start);
          const found = others[nearest(start, others, direction)];
          const to = found ? boxes.indexOf(found) : -1;
          if (to >= 0 && !reached.has(to)) {
            reached.add(to);
            open.push(to);
          }
        }
      }
      expect(reached.size, `round ${round}`).toBe(boxes.length);
    }
  });
});

describe("moveFocus", () => {
  beforeEach(() => {
    // jsdom lays nothing out: boxes come from data-box.
    vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (
      this: HTMLElement,
    ) {
      const [left = 0, top = 0] = (this.dataset["box"] ?? "0,0").split(",").map(Number);
      return new DOMRect(left, top, 100, 50);
    });
    Element.prototype.scrollIntoView = () => undefined;
    vi.stubGlobal(
      "DOMRect",
      class {
        right: number;
        bottom: number;
        constructor(
          readonly left: number,
          readonly top: number,
          readonly width: number,
          readonly height: number,
        ) {
          this.right = left + width;
          this.bottom = top + height;
        }
      },
    );
    document.body.innerHTML = `
      <a id="a" href="/a" data-box="0,0">a</a>
      <button id="b" data-box="120,0" data-autofocus>b</button>
      <button id="off" disabled data-box="240,0">off</button>
      <span inert><button id="hidden" data-box="240,0">hidden</button></span>
      <button id="c" data-box="360,0">c</button>`;
  });
  afterEach(() => vi.unstubAllGlobals());

  const focused = (): string | undefined => document.activeElement?.id;

  it("begins at the page's first choice when nothing has focus", () => {
    expect(moveFocus("left")).toBe(true);
    expect(focused()).toBe("b");
  });

  it("steps over what cannot be used", () => {
    document.getElementById("b")?.focus();
    moveFocus("right");
    expect(focused()).toBe("c");
    expect(moveFocus("right")).toBe(false);
    expect(focused()).toBe("c");
  });

  it("stays inside the open menu", () => {
    document.body.insertAdjacentHTML(
      "beforeend",
      `<div data-focus-scope><button id="m1" data-box="500,0">1</button><button id="m2" data-box="500,60">2</button></div>`,
    );
    document.getElementById("c")?.focus();
    moveFocus("left");
    expect(focused()).toBe("m1");
    moveFocus("down");
    expect(focused()).toBe("m2");
    expect(moveFocus("left")).toBe(false);
  });

  it("leaves keys alone that somebody used or that carry a modifier", () => {
    const stop = startSpatialNavigation();
    document.getElementById("a")?.focus();
    const press = (init: KeyboardEventInit): void =>
      void document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", {
          key: "ArrowRight",
          bubbles: true,
          cancelable: true,
          ...init,
        }),
      );
    press({ ctrlKey: true });
    expect(focused()).toBe("a");
    press({});
    expect(focused()).toBe("b");
    stop();
    press({});
    expect(focused()).toBe("b");
  });
});

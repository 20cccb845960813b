// What a key press means on the watch page, by what has focus and what shows.
import { directionOf } from "../focus/spatial";
import { commandOf, pictureCommandOf, type Command } from "./keys";

export interface Room {
  room(): HTMLElement | null;
  picture(): HTMLElement | null;
  /** Nothing but the picture shows. */
  hidden(): boolean;
  covered(): boolean;
  menuOpen(): boolean;
  run(command: Command): void;
  escape(): void;
}

export class RoomKeys {
  constructor(private readonly room: Room) {}

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (this.#used(event)) event.preventDefault();
  }

  #focus(selector: string): void {
    this.room.room()?.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Arrows and OK work as on a remote: seek, pause, or bring the controls. */
  #onHidden(key: string): boolean {
    const direction = directionOf(key);
    if (direction === "left" || direction === "right") {
      this.room.run({ do: "skip", seconds: direction === "left" ? -10 : 10 });
      this.#focus("[data-seek]");
      return true;
    }
    if (key === " " || key === "Enter") this.room.run({ do: "toggle" });
    const lost =
      document.activeElement === this.room.picture() || document.activeElement === document.body;
    if (lost && direction) this.#focus("[data-autofocus]");
    return direction !== null || key === " " || key === "Enter";
  }

  #used(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement;
    const onPicture = target === this.room.picture() || target === document.body;
    if (event.key === "Escape") {
      this.room.escape();
      return true;
    }
    // What is offered over the picture is there to be pressed, also while nothing else shows.
    const offered = target.closest("[data-offer]") !== null;
    if (this.room.hidden() && !offered && this.#onHidden(event.key)) return true;
    if (this.room.covered() && event.key !== "?") return false;
    if (onPicture && event.key === "Enter") {
      this.#focus("[data-autofocus]");
      return true;
    }
    const free =
      onPicture || (event.key === " " && target.tagName !== "BUTTON" && target.tagName !== "A");
    const command =
      free && !this.room.menuOpen() ? pictureCommandOf(event.key) : commandOf(event.key);
    if (command) this.room.run(command);
    return command !== null;
  }
}

// The player's keys. One table serves the player and its help page.

export type Command =
  | { do: "toggle" }
  | { do: "skip"; seconds: number }
  | { do: "volume"; change: number }
  | { do: "mute" }
  | { do: "fullscreen" }
  | { do: "captions" }
  | { do: "help" }
  | { do: "fraction"; of: number };

/** What a key does anywhere in the player, whatever has focus; null when it is not the player's. */
export function commandOf(key: string): Command | null {
  if (/^[0-9]$/.test(key)) return { do: "fraction", of: Number(key) / 10 };
  switch (key.toLowerCase()) {
    case "k":
      return { do: "toggle" };
    case "j":
      return { do: "skip", seconds: -10 };
    case "l":
      return { do: "skip", seconds: 10 };
    case "f":
      return { do: "fullscreen" };
    case "m":
      return { do: "mute" };
    case "c":
      return { do: "captions" };
    case "?":
      return { do: "help" };
    default:
      return null;
  }
}

/** What a key does while the picture itself has focus, in addition. On controls, arrows move between them. */
export function pictureCommandOf(key: string): Command | null {
  switch (key) {
    case " ":
      return { do: "toggle" };
    case "ArrowLeft":
      return { do: "skip", seconds: -10 };
    case "ArrowRight":
      return { do: "skip", seconds: 10 };
    case "ArrowUp":
      return { do: "volume", change: 0.1 };
    case "ArrowDown":
      return { do: "volume", change: -0.1 };
    default:
      return commandOf(key);
  }
}

export const kKeyHelp: readonly { keys: string; does: string }[] = [
  { keys: "Space or K", does: "Play or pause" },
  { keys: "J / L", does: "10 seconds back / on" },
  { keys: "← / →", does: "10 seconds back / on, on the picture or the seek bar" },
  { keys: "↑ / ↓", does: "Louder / quieter, on the picture" },
  { keys: "0 to 9", does: "To that tenth of the film" },
  { keys: "M", does: "Sound off or on" },
  { keys: "C", does: "Captions off or on" },
  { keys: "F", does: "Full screen" },
  { keys: "Arrows", does: "From control to control" },
  { keys: "Esc", does: "Close the menu, then to the picture, then back" },
  { keys: "?", does: "This list" },
];

// The player's keys. The catalogue's table says the same to the viewer; a test compares.

export type Command =
  | { do: "toggle" }
  | { do: "skip"; seconds: number }
  | { do: "volume"; change: number }
  | { do: "mute" }
  | { do: "fullscreen" }
  | { do: "captions" }
  | { do: "help" }
  | { do: "pip" }
  | { do: "stats" }
  | { do: "next" }
  | { do: "skipPart" }
  | { do: "frame"; step: -1 | 1 }
  | { do: "speed"; step: -1 | 1 }
  | { do: "chapter"; step: -1 | 1 }
  | { do: "fraction"; of: number };

const commands: Readonly<Record<string, Command>> = {
  k: { do: "toggle" },
  j: { do: "skip", seconds: -10 },
  l: { do: "skip", seconds: 10 },
  f: { do: "fullscreen" },
  m: { do: "mute" },
  c: { do: "captions" },
  p: { do: "pip" },
  i: { do: "stats" },
  n: { do: "next" },
  s: { do: "skipPart" },
  ",": { do: "frame", step: -1 },
  ".": { do: "frame", step: 1 },
  "<": { do: "speed", step: -1 },
  ">": { do: "speed", step: 1 },
  "[": { do: "chapter", step: -1 },
  "]": { do: "chapter", step: 1 },
  "?": { do: "help" },
};

/** What a key does anywhere in the player, whatever has focus; null when it is not the player's. */
export function commandOf(key: string): Command | null {
  if (/^[0-9]$/.test(key)) return { do: "fraction", of: Number(key) / 10 };
  const name = key.toLowerCase();
  return Object.hasOwn(commands, name) ? (commands[name] ?? null) : null;
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

/** Every key that does something anywhere, for the test of the list that viewers read. */
export const kKeys = Object.keys(commands);

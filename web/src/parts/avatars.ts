// Profile pictures, drawn for Matinee on a 48 by 48 grid: a ground and a few shapes in two more colours.

interface Drawing {
  ground: string;
  /** Paths from back to front with their fills. */
  shapes: readonly (readonly [fill: string, path: string])[];
}

const disc = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;

const ink = "#201816";
const ivory = "#fbf3e4";

export const avatars: Readonly<Record<string, Drawing>> = {
  reel: {
    ground: "#8d2b3c",
    shapes: [
      [ivory, disc(24, 24, 15)],
      [
        "#8d2b3c",
        disc(24, 15.5, 3.6) +
          disc(32.1, 21.4, 3.6) +
          disc(29, 31, 3.6) +
          disc(19, 31, 3.6) +
          disc(15.9, 21.4, 3.6),
      ],
      [ink, disc(24, 24, 2.2)],
    ],
  },
  moon: {
    ground: "#28356b",
    shapes: [
      ["#f4d58a", "M29 9a15.500 15.500 0 1 0 10 22A13 13 0 0 1 29 9Z"],
      [ivory, disc(36, 15, 1.6) + disc(40, 22, 1.1) + disc(12, 11, 1.2)],
    ],
  },
  fox: {
    ground: "#2f6f62",
    shapes: [
      ["#e9833a", "M9 10l9 6h12l9-6-2 17-13 13L11 27Z"],
      [ivory, "M11 27l8-3 5 10 5-10 8 3-13 13Z"],
      [ink, disc(18, 23, 1.9) + disc(30, 23, 1.9) + "M21.500 34h5L24 37Z"],
    ],
  },
  owl: {
    ground: "#d9a441",
    shapes: [
      ["#5c3b28", "M10 8l8 4h12l8-4v18a14 14 0 0 1-28 0Z"],
      [ivory, disc(18, 21, 6.2) + disc(30, 21, 6.2)],
      [ink, disc(18, 21, 2.8) + disc(30, 21, 2.8)],
      ["#f4b860", "M24 25l3 4-3 4-3-4Z"],
    ],
  },
  cat: {
    ground: "#6b4a8a",
    shapes: [
      [ink, "M11 9l8 7h10l8-7v19a13 13 0 0 1-26 0Z"],
      ["#c9e06b", disc(18.5, 24, 2.8) + disc(29.5, 24, 2.8)],
      [ink, disc(18.5, 24, 1.1) + disc(29.5, 24, 1.1)],
      ["#f2a0a0", "M22 30h4l-2 2.600Z"],
    ],
  },
  bear: {
    ground: "#3f7fa6",
    shapes: [
      ["#7a4e2d", disc(13, 14, 5.5) + disc(35, 14, 5.5) + disc(24, 25, 15)],
      ["#e7c79b", disc(24, 30, 7)],
      [ink, disc(18, 22, 2) + disc(30, 22, 2) + disc(24, 27.5, 2.6)],
    ],
  },
  whale: {
    ground: "#bfe3e6",
    shapes: [
      [
        "#245b86",
        "M6 27c0-9 8-14 17-14 10 0 14 6 16 11l4-4 1 8-8 3c-2 6-8 9-14 9C12 40 6 34 6 27Z",
      ],
      [ivory, "M8 31c6 4 18 4 25 1-3 6-7 8-12 8-7 0-11-4-13-9Z"],
      [ink, disc(15, 25, 1.8)],
      ["#245b86", "M20 10c0-4-4-3-4-6m4 6c0-4 4-3 4-6"],
    ],
  },
  rocket: {
    ground: "#1f2438",
    shapes: [
      ["#f4b860", "M20 33l4 10 4-10Z"],
      [ivory, "M24 5c8 7 9 17 6 29H18C15 22 16 12 24 5Z"],
      ["#c9434f", "M17 24l-7 8v6l8-4ZM31 24l7 8v6l-8-4Z"],
      ["#4d9bc4", disc(24, 18, 4)],
    ],
  },
  leaf: {
    ground: "#e9dfc6",
    shapes: [
      ["#4f8a3c", "M40 8C20 8 9 17 11 34c0 2 1 4 2 5C31 41 41 28 40 8Z"],
      ["#d8ecb8", "M11 41c6-14 13-20 22-25C25 23 18 30 13.500 42Z"],
    ],
  },
  wave: {
    ground: "#f2c6a0",
    shapes: [
      ["#e2573f", disc(24, 20, 10)],
      ["#1f6f8b", "M0 30c8-6 12 2 20-2s12-6 28 2v18H0Z"],
      ["#7cc6cf", "M0 38c8-4 14 2 22-1s14-3 26 1v10H0Z"],
    ],
  },
  lantern: {
    ground: "#42221c",
    shapes: [
      ["#f08a3c", "M15 15h18c5 6 5 14 0 20H15c-5-6-5-14 0-20Z"],
      ["#ffd98a", "M21 15h6c2.500 6 2.500 14 0 20h-6c-2.500-6-2.500-14 0-20Z"],
      ["#201816", "M17 11h14v4H17ZM17 35h14v4H17ZM23 5h2v6h-2Z"],
    ],
  },
  star: {
    ground: "#20606e",
    shapes: [
      [
        "#f6cf6a",
        "M24 6l5.200 11.400L41.500 19l-9.100 8.500L34.800 40 24 33.700 13.200 40l2.400-12.500L6.500 19l12.300-1.600Z",
      ],
      [ink, disc(20, 23, 1.6) + disc(28, 23, 1.6)],
    ],
  },
};

export const avatarNames = Object.keys(avatars);

/** The drawing of that name; another name always gets the same one. */
export function drawingOf(name: string): Drawing {
  const known = avatars[name];
  if (known) return known;
  const sum = [...name].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return avatars[avatarNames[sum % avatarNames.length] ?? "reel"] as Drawing;
}

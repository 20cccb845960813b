// How captions look: a few choices that a viewer makes once, as custom properties of the watch page.

export const captionChoices = {
  size: { small: "0.75", normal: "1", large: "1.4", huge: "1.9" },
  colour: { white: "#ffffff", yellow: "#ffe45c", cyan: "#7fe9ff", green: "#8dff8a" },
  edge: {
    none: "none",
    shadow: "0 0.08em 0.16em rgb(0 0 0 / 90%), 0 0 0.3em rgb(0 0 0 / 70%)",
    outline:
      "-0.05em -0.05em 0 #000, 0.05em -0.05em 0 #000, -0.05em 0.05em 0 #000, 0.05em 0.05em 0 #000, 0 0 0.1em #000",
  },
  background: { none: "transparent", dim: "rgb(0 0 0 / 72%)", solid: "#000000" },
  position: { bottom: "0", raised: "18vh", top: "top" },
} as const;

export type CaptionChoice = keyof typeof captionChoices;
export type CaptionStyle = { [Choice in CaptionChoice]: string };

export const kCaptionStyle: CaptionStyle = {
  size: "normal",
  colour: "white",
  edge: "shadow",
  background: "dim",
  position: "bottom",
};

/** What was stored, with anything unknown as it was at first. */
export function captionStyleOf(stored: unknown): CaptionStyle {
  const given = (typeof stored === "object" && stored !== null ? stored : {}) as Partial<
    Record<string, unknown>
  >;
  const style = { ...kCaptionStyle };
  for (const choice of Object.keys(captionChoices) as CaptionChoice[]) {
    const value = given[choice];
    if (typeof value === "string" && Object.hasOwn(captionChoices[choice], value))
      style[choice] = value;
  }
  return style;
}

/** The style as custom properties, for an element's `style` attribute. */
export function captionProperties(style: CaptionStyle): string {
  const value = (choice: CaptionChoice): string =>
    (captionChoices[choice] as Record<string, string>)[style[choice]] ?? "";
  return [
    `--caption-size:${value("size")}`,
    `--caption-colour:${value("colour")}`,
    `--caption-edge:${value("edge")}`,
    `--caption-ground:${value("background")}`,
    `--caption-lift:${style.position === "top" ? "0px" : value("position")}`,
  ].join(";");
}

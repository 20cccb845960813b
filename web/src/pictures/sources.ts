// Addresses of one picture in the widths that the server makes.
import type { Picture } from "../api/types";

export const kWidths = [160, 320, 480, 720, 1080, 1920] as const;

/** The `srcset` of a picture: every width up to the first at or above its own. */
export function sourceSet(picture: Picture): string {
  const enough = kWidths.findIndex((width) => width >= picture.width);
  const useful = enough < 0 ? kWidths : kWidths.slice(0, enough + 1);
  const joint = picture.url.includes("?") ? "&" : "?";
  return useful.map((width) => `${picture.url}${joint}w=${width} ${width}w`).join(", ");
}

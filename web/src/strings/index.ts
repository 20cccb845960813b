// The catalogue of texts in the viewer's language: English now.
import { en } from "./en";

export type Strings = typeof en;

export const strings: Strings = en;

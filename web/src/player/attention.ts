// The one Attention of this page: it lives from episode to episode.
import { Attention } from "./next_up";

export const attention = new Attention(() => performance.now());

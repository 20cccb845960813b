// What each of the player's commands does to the play and its page.
import type { Command } from "./keys";
import type { PlayerModel } from "./model.svelte";

/** What a command may ask of the page around the play. */
export interface CommandPage {
  skipPart(): void;
  next(): void;
  pip(): void;
  stats(): void;
  help(): void;
  fullscreen(): void;
}

export function runCommand(command: Command, model: PlayerModel, page: CommandPage): void {
  switch (command.do) {
    case "toggle":
      return model.toggle();
    case "skip":
      return model.seek(model.position + command.seconds);
    case "volume":
      return model.setVolume(model.volume + command.change);
    case "mute":
      return model.toggleMute();
    case "captions":
      return model.toggleCaptions();
    case "fraction":
      return model.seek(model.duration * command.of);
    case "frame":
      return model.stepFrame(command.step);
    case "speed":
      return model.stepSpeed(command.step);
    case "chapter":
      return model.stepChapter(command.step);
    default:
      return page[command.do]();
  }
}

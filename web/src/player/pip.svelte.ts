// Picture in picture of the page's video, where the browser has it.

export class PictureInPicture {
  readonly possible = typeof document !== "undefined" && document.pictureInPictureEnabled === true;
  on = $state(false);
  #video: HTMLVideoElement | null = null;

  /** Follows this video; returns how to stop, which also ends its small window. */
  listen(video: HTMLVideoElement): () => void {
    this.#video = video;
    const stop = new AbortController();
    const { signal } = stop;
    video.addEventListener("enterpictureinpicture", () => (this.on = true), { signal });
    video.addEventListener("leavepictureinpicture", () => (this.on = false), { signal });
    return () => {
      stop.abort();
      this.on = false;
      if (document.pictureInPictureElement === video)
        void document.exitPictureInPicture().catch(() => undefined);
    };
  }

  toggle(): void {
    if (!this.possible) return;
    if (document.pictureInPictureElement)
      void document.exitPictureInPicture().catch(() => undefined);
    else void this.#video?.requestPictureInPicture().catch(() => undefined);
  }
}

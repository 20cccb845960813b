// Whether the viewer has left pointer and keys alone for a while, so that the controls may go.

const kIdleMs = 3000;

export default class Idle {
  idle = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.wake();
  }

  wake(): void {
    this.idle = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.idle = true), kIdleMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

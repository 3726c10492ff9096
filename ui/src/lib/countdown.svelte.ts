/** Seconds until something may be tried again. */
import { onDestroy } from 'svelte';

export class Countdown {
  left = $state(0);
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    onDestroy(() => clearInterval(this.timer));
  }

  start(seconds: number) {
    const until = Date.now() + seconds * 1000;
    const tick = () => {
      this.left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (!this.left) clearInterval(this.timer);
    };
    clearInterval(this.timer);
    this.timer = setInterval(tick, 500);
    tick();
  }
}

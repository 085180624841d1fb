type Place = readonly [x: number, y: number];

/** What a hand does with a matrix. */
interface Held {
  /** Whether all of it is in sight: there is nothing to move then. */
  isWhole: () => boolean;
  zoom: (factor: number, at: Place) => void;
  pan: (dx: number, dy: number) => void;
}

/** px that a pointer may tremble and still click. */
const tremble = 4;

/** Pointers that are pressed on a matrix: one moves it, two draw it larger or smaller, and one that did neither has clicked. */
export class Hand {
  readonly #held: Held;
  #pointers: Record<number, Place> = {};
  #moved = false;

  constructor(held: Held) {
    this.#held = held;
  }

  press(pointer: number, at: Place): void {
    this.#pointers[pointer] = at;
    this.#moved = false;
  }

  /** @returns false for a pointer that is not pressed, which only points */
  move(pointer: number, now: Place): boolean {
    const before = this.#pointers[pointer];
    if (!before) return false;
    const other = Object.entries(this.#pointers).find(([one]) => Number(one) !== pointer)?.[1];
    if (!this.#moved && Math.hypot(now[0] - before[0], now[1] - before[1]) < tremble) return true;
    this.#moved = true;
    this.#pointers[pointer] = now;
    if (other) {
      const apart = (a: Place) => Math.hypot(a[0] - other[0], a[1] - other[1]);
      this.#held.zoom(apart(now) / Math.max(1, apart(before)), other);
    } else if (!this.#held.isWhole()) this.#held.pan(now[0] - before[0], now[1] - before[1]);
    return true;
  }

  /** @returns whether it was a click */
  release(pointer: number): boolean {
    const pressed = pointer in this.#pointers;
    this.lift(pointer);
    return pressed && !this.#moved;
  }

  /** Gone without a click. */
  lift(pointer: number): void {
    this.#pointers = Object.fromEntries(
      Object.entries(this.#pointers).filter(([one]) => Number(one) !== pointer),
    );
  }
}

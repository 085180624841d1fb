interface Finger {
  id: number;
  /** Where it is, and where it took hold, px. */
  x: number;
  y: number;
  from: readonly [x: number, y: number];
}

/** How far a finger has gone, px. */
export interface Way {
  step: readonly [right: number, down: number];
  /** Since it took hold. */
  all: readonly [right: number, down: number];
}

/** The fingers, or the mouse, that hold an element and drag it. */
export class Grip {
  #fingers: Finger[] = [];

  get count(): number {
    return this.#fingers.length;
  }

  /** Distance of two fingers, px. */
  get spread(): number {
    const [a, b] = this.#fingers;
    return Math.hypot(a.x - b.x, a.y - b.y);
  }

  /** From now on the element is told of this finger wherever it goes. */
  take(event: PointerEvent & { currentTarget: HTMLElement }): void {
    const { pointerId: id, clientX: x, clientY: y } = event;
    event.currentTarget.setPointerCapture(id);
    this.#fingers.push({ id, x, y, from: [x, y] });
  }

  /** Null for a finger that holds nothing. */
  follow({ pointerId, clientX, clientY }: PointerEvent): Way | null {
    const finger = this.#fingers.find(({ id }) => id === pointerId);
    if (!finger) return null;
    const step = [clientX - finger.x, clientY - finger.y] as const;
    [finger.x, finger.y] = [clientX, clientY];
    return { step, all: [clientX - finger.from[0], clientY - finger.from[1]] };
  }

  release({ pointerId }: PointerEvent): void {
    this.#fingers = this.#fingers.filter(({ id }) => id !== pointerId);
  }
}

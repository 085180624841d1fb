import type { Box } from '../../trace/trace';
import { cropPlace, makeLayers, makeStage } from '../ink/layers';
import type { PictureSource, Place, Stage } from '../ink/layers';
import { scheme } from '../ink/scheme.svelte';

/** A picture that is to be drawn. */
interface Subject {
  picture: PictureSource | null;
  /** The part of it that is shown, and the part that models see, in [0, 1] of the picture. */
  view: Box;
  crop: Box;
  /** px */
  maxHeight: number;
}

/** Most pixels of the canvas for each px. */
const sharpest = 3;

/** A picture as large as its room allows, and its layers in that size. */
export class Fit {
  readonly #subject: () => Subject;

  /** Width of the room, px. */
  room = $state(0);

  constructor(subject: () => Subject) {
    this.#subject = subject;
  }

  readonly #aspect = $derived.by(() => {
    const { picture, view } = this.#subject();
    return picture ? (picture.width * view[2]) / (picture.height * view[3]) : 4 / 3;
  });
  readonly width: number = $derived.by(() =>
    Math.floor(Math.min(this.room, this.#subject().maxHeight * this.#aspect)),
  );
  readonly height: number = $derived.by(() => Math.round(this.width / this.#aspect));
  /** Where the part lies that models see, px. */
  readonly place: Place = $derived.by(() => {
    const { crop, view } = this.#subject();
    return cropPlace(crop, view, this.width, this.height);
  });
  readonly layers = $derived.by(() => {
    const { picture, view } = this.#subject();
    const pixel = Math.min(sharpest, globalThis.devicePixelRatio ?? 1);
    if (!picture || this.width <= 0) return null;
    return makeLayers(picture, view, this.width * pixel, this.height * pixel, scheme());
  });
  readonly stage: Stage | null = $derived.by(() => {
    const { layers } = this;
    const { crop, view } = this.#subject();
    return layers && makeStage(layers, cropPlace(crop, view, layers.colour.width, layers.colour.height));
  });

  /** Draws on a canvas of the picture's size; nothing while there is no picture, or no canvas to draw on. */
  paint(canvas: HTMLCanvasElement, draw: (context: CanvasRenderingContext2D, stage: Stage) => void): void {
    const { stage } = this;
    const context = stage && canvas.getContext('2d');
    if (!context) return;
    const { width, height } = stage.backdrop;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    draw(context, stage);
    canvas.dataset.picture = 'drawn';
  }
}

import type { Attachment } from 'svelte/attachments';
import type { Box } from '../../trace/trace';

/** px of a side of the small picture in the input row. */
const side = 84;

/** Draws the part of a picture that models see, small. @param of is read when a canvas comes, and when it changes */
export const thumb =
  (of: () => { image: ImageBitmap | null; crop: Box }): Attachment<HTMLCanvasElement> =>
  (canvas) => {
    const { image, crop } = of();
    const context = canvas.getContext('2d');
    if (!context) return;
    canvas.width = canvas.height = Math.round(side * devicePixelRatio);
    if (!image) return;
    const [x, y, width, height] = crop;
    const { width: across, height: down } = image;
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      image,
      x * across,
      y * down,
      width * across,
      height * down,
      0,
      0,
      canvas.width,
      canvas.height,
    );
  };

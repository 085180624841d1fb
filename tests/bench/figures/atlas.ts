import { atlasFigure } from '../atlases';
import { tokens185 } from '../shapes';

export const figure = atlasFigure('atlas', 100, tokens185, 185);

import { atlasFigure } from '../atlases';
import { tokens281 } from '../shapes';

export const figure = atlasFigure('atlas-281', 150, tokens281, 281);

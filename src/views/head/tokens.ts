import { gridOf } from '../../state/panel/ground';
import type { Lens } from '../../state/lens/lens.svelte';
import { sayPlace } from '../parts/sentences';

/** A token in full: "“dogs” (piece 2)", "patch in row 3, column 5", "[CLS]". */
export function titleOf(lens: Lens, position: number): string {
  const token = lens.tokens[position];
  if (!token) return `position ${position + 1}`;
  if (token.stream === 'text') {
    const piece = `“${(token.text ?? '').replace(/^##/, '')}”`;
    const pieces =
      token.word === undefined
        ? []
        : lens.tokens.filter(({ word, image }) => word === token.word && image === token.image);
    return pieces.length > 1 ? `${piece} (piece ${pieces.indexOf(token) + 1} of ${pieces.length})` : piece;
  }
  const at = lens.places.image.indexOf(position);
  if (at < 0 && token.stream === 'image') return `image ${token.role}`;
  if (at < 0 && token.role === 'cls') return `${token.text ?? 'CLS'} of both`;
  if (at < 0) return token.text ?? `query ${position + 1}`;
  const columns = gridOf(lens.panel, lens.picture)?.[0];
  return columns
    ? `${sayPlace(token.holds)} in row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}`
    : `region ${at + 1}${token.name ? ` “${token.name}”` : ''}`;
}

/** A token on an axis: "dog", "3·5" (row and column), "CLS". */
export function shortOf(lens: Lens, position: number): string {
  const token = lens.tokens[position];
  if (token && token.stream !== 'image') return token.text ?? token.role.toUpperCase();
  const at = lens.places.image.indexOf(position);
  if (at < 0) return (token?.role ?? '').toUpperCase();
  const columns = gridOf(lens.panel, lens.picture)?.[0];
  return columns
    ? `${Math.floor(at / columns) + 1}·${(at % columns) + 1}`
    : token?.name
      ? `${at + 1} ${token.name}`
      : `r${at + 1}`;
}

import { feedsOf, type Part } from './feeds';
import type { AttentionEntry } from './manifest';

type Layout = NonNullable<Part['inspection']['architecture']['image']>['value'];

/** How the picture is laid out, by whichever graph sees it; null where none does. */
export function layoutOf(parts: readonly Part[]): Layout | null {
  return parts.map(({ inspection }) => inspection.architecture.image?.value).find((value) => value) ?? null;
}

/** How many regions a model takes that gets vectors in place of a picture: 36, as LXMERT, where any number will do; else 0. */
export function regionsOf(parts: readonly Part[]): number {
  for (const part of parts)
    for (const { name, kind, dims } of part.inspection.inputs)
      if (kind === 'vectors' && feedsOf(part, parts).feeds[name]?.value.from === 'vectors')
        return typeof dims?.[1] === 'number' ? dims[1] : 36;
  return 0;
}

/** The attentions of a graph that can be shown: between words and a grid of patches or regions, all of them or of one stream. */
export function shownOf(part: Part, parts: readonly Part[]): AttentionEntry[] {
  const { draft, attentions } = part.inspection;
  const layout = layoutOf(parts);
  const laidOut = regionsOf(parts) > 0 || layout?.grid || layout?.patch;
  const tried = triedLengths(part, layout);
  const fits = (streams: AttentionEntry['keys'], length: number | null | undefined) => {
    if (streams.includes('image') && !laidOut) return false;
    const wanted = streams.reduce((sum, stream) => sum + tried[stream], 0);
    return typeof length !== 'number' || Number.isNaN(wanted) || length === wanted;
  };
  return (draft['graphs.model.attentions'].value as AttentionEntry[]).filter(({ tensor, queries, keys }) => {
    const row = attentions.find((attention) => attention.tensor === tensor);
    return (row?.parts ?? 1) === 1 && fits(queries, row?.lengths[0]) && fits(keys, row?.lengths[1]);
  });
}

/** Positions of each stream in the run that the inspection made up; NaN where not known. */
function triedLengths({ inspection }: Part, layout: Layout | null): Record<'text' | 'image', number> {
  const places = inspection.architecture.places?.count ?? 0;
  const lengthOf = (kind: string) =>
    inspection.inputs.find((input) => input.kind === kind)?.tried?.[1] ?? NaN;
  const picture = inspection.inputs.find(({ kind }) => kind === 'image');
  if (!picture) return { text: lengthOf('text'), image: lengthOf('vectors') };
  const last = picture.dims?.[3] === 3;
  const [height, width] = picture.tried?.slice(last ? 1 : 2) ?? [];
  const [across, down] = layout?.patch ?? [NaN, NaN];
  const patches = layout?.grid
    ? layout.grid[0] * layout.grid[1]
    : Math.floor((width ?? NaN) / across) * Math.floor((height ?? NaN) / down);
  return { text: lengthOf('text') - places, image: patches + (layout?.extra ?? 0) };
}

import type { OwnSheet } from '../../state/own/ownsheet.svelte';
import { count, megabytes } from '../parts/words';

type Examined = NonNullable<OwnSheet['examined']>;
type Parts = Examined['proposal']['parts'];

/** A line of what was found; `sure` is null where there is nothing to doubt. */
export interface Fact {
  name: string;
  value: string;
  sure: boolean | null;
  why: string;
}

const pictures = { patch: 'patches', region: 'regions', grid: 'cells of a grid', image: 'one picture' };

/** What a model is, how it sees a picture and reads text, and what its files weigh. */
export function factsOf({ bytes, ignored, source, proposal: { parts } }: Examined): Fact[] {
  const facts: Fact[] = source ? [{ name: 'from', value: source, sure: null, why: '' }] : [];
  for (const { inspection, role } of parts) {
    const { interaction, streams, directions } = inspection.architecture;
    const ways = directions.length ? `, ${directions.join(' and ')}` : '';
    const two = !['one modality', 'none'].includes(interaction.value);
    const value = `${interaction.value}${ways}${two ? `, ${streams.value} stream` : ''}`;
    const name = parts.length > 1 ? `kind of ${role}` : 'kind';
    facts.push({ name, value, sure: interaction.sure, why: interaction.why });
  }
  const image = parts.map(({ inspection }) => inspection.architecture.image).find((guess) => guess);
  if (image) {
    const { kind, size, grid } = image.value;
    const cut = grid ? `${grid[0]} × ${grid[1]} ${pictures[kind]}` : pictures[kind];
    const value = size ? `${size[0]} × ${size[1]} px as ${cut}` : cut;
    facts.push({ name: 'picture', value, sure: image.sure, why: image.why });
  }
  const text = parts.map(({ inspection }) => inspection.draft['text.tokenizer']).find((guess) => guess);
  if (text)
    facts.push({
      name: 'words',
      value: text.value ? 'by its tokenizer.json' : 'typed as ids',
      sure: null,
      why: text.why,
    });
  const numbers = parts.reduce((sum, { inspection }) => sum + inspection.parameters, 0);
  const { producer, opset } = parts[0].inspection;
  facts.push({
    name: 'files',
    value: `${megabytes(bytes)}, ${amount(numbers)} parameters, ${[producer && `from ${producer}`, `opset ${opset}`].filter(Boolean).join(', ')}`,
    sure: null,
    why: ignored.length
      ? `${count(ignored.length, 'file', 'files')} not needed: ${ignored.slice(0, 5).join(', ')}`
      : '',
  });
  return facts;
}

/** A row for each attention; `hidden` are those that cannot be shown. */
export function attentionRows(parts: Parts): {
  stage: string;
  layer: number;
  direction: string;
  heads: string;
  form: string;
  hidden: boolean;
}[] {
  return parts.flatMap(({ inspection }) =>
    inspection.attentions.map(({ stage, layer, queries, keys, heads, form, fused, inside, block }) => ({
      stage,
      layer: layer + 1,
      direction: `${queries} → ${keys}`,
      heads: heads === null ? '–' : String(heads),
      form: [form, fused && 'in one piece', inside && 'inside a loop'].filter(Boolean).join(', '),
      hidden: fused || inside !== null || block === 'other',
    })),
  );
}

/** What goes in and what comes out. */
export function portRows(parts: Parts): { name: string; shape: string; role: string }[] {
  const shape = (dims: readonly (number | string | null)[] | null, dtype: string) =>
    `${dtype} ${dims ? `[${dims.map((dim) => dim ?? '?').join(', ')}]` : '[…]'}`;
  return parts.flatMap(({ inspection: { inputs, outputs } }) => [
    ...inputs.map(({ name, dims, dtype, kind }) => ({
      name,
      shape: shape(dims, dtype),
      role: `in: ${kind}`,
    })),
    ...outputs.map(({ name, dims, dtype }) => ({ name, shape: shape(dims, dtype), role: 'out' })),
  ]);
}

function amount(numbers: number): string {
  return numbers < 1e6 ? `${Math.round(numbers / 1e3)} k` : `${(numbers / 1e6).toFixed(1)} M`;
}

import { basename } from 'node:path';
import type { Inspection } from '../architectures/found/inspection';
import { alignTable } from './table';

/** An inspection as text for a terminal. */
export function printInspection(of: Inspection): string {
  const facts = [
    size(of.bytes),
    `${thousands(of.nodes)} nodes`,
    `${amount(of.parameters)} parameters`,
    `opset ${of.opset}`,
    of.producer,
  ].filter(Boolean);
  const parts = [
    [`${basename(of.file)}: ${facts.join(', ')}`],
    headline(of),
    ports('Inputs', of.inputs),
    ports('Outputs', of.outputs),
  ];
  if (of.attentions.length > 0) parts.push(attentions(of));
  else
    parts.push([
      'No attention. Most frequent operations',
      ...of.outline.map(([op, count]) => `  ${op} × ${count}`),
    ]);
  parts.push(guesses(of));
  if (of.remarks.length > 0) parts.push(['Remarks', ...of.remarks.map((remark) => `  ${remark}`)]);
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}

function headline({
  architecture: { interaction, streams, directions, image },
  attentions,
}: Inspection): string[] {
  if (attentions.length === 0) return [];
  const mark = (sure: boolean) => (sure ? '' : '  [to be confirmed]');
  const two = !['one modality', 'none'].includes(interaction.value);
  const ways = directions.length > 0 ? ` (${directions.join(', ')})` : '';
  const rows = [
    `${interaction.value}${ways}${two ? `, ${streams.value} stream` : ''}: ${interaction.why}${mark(interaction.sure)}`,
  ];
  if (image) rows.push(`picture as ${shapes[image.value.kind]}: ${image.why}${mark(image.sure)}`);
  return ['Architecture', ...rows.map((row) => `  ${row}`)];
}

function ports(
  title: string,
  list: readonly (Inspection['outputs'][number] & { kind?: string })[],
): string[] {
  const rows = list.map(({ name, dtype, dims, kind }) => [
    name,
    dtype,
    dims ? `[${dims.map((dim) => brief(dim)).join(', ')}]` : '[…]',
    kind ?? '',
  ]);
  return [
    title,
    ...alignTable([['', '', '', ''], ...rows])
      .slice(1)
      .map((line) => `  ${line}`),
  ];
}

/** A length, or the name of a free one: some exporters name it by a formula. */
function brief(dim: number | string | null): string {
  const text = `${dim ?? '?'}`;
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}

function attentions(of: Inspection): string[] {
  const head = [
    '#',
    'stage',
    'layer',
    'block',
    'heads',
    'queries → keys',
    'scale',
    'scores',
    'form',
    'tensor',
  ];
  const rows = of.attentions.map((row, i) => [
    `${i + 1}`,
    row.stage,
    `${row.layer + 1}`,
    row.block,
    row.heads === null ? '–' : `${row.heads}`,
    `${row.queries} → ${row.keys}`,
    row.scale === null ? '–' : row.scale.toFixed(3),
    row.treatments.join(', ') || 'plain',
    row.fused ? `${row.form}, fused` : row.form,
    row.inside ? `inside ${row.inside}` : (row.tensor ?? '–'),
  ]);
  return [
    `Attention (${rows.length}, in execution order)`,
    ...alignTable([head, ...rows]).map((line) => `  ${line}`),
  ];
}

/** Fields of a manifest that the report has not said yet. */
function guesses({ draft, attentions }: Inspection): string[] {
  if (attentions.length === 0) return [];
  const said = ['interaction', 'streams', 'visual', 'graphs.model.attentions'];
  const rows = Object.entries(draft)
    .filter(([field]) => !said.includes(field))
    .map(([field, { value, sure, why }]) => [
      field,
      JSON.stringify(value),
      sure ? 'sure' : 'to be confirmed',
      why,
    ]);
  if (rows.length === 0) return [];
  return [
    'Manifest',
    ...alignTable([['', '', '', ''], ...rows])
      .slice(1)
      .map((line) => `  ${line}`),
  ];
}

const shapes = { patch: 'patches', region: 'regions', grid: 'a grid', image: 'a whole' };

const thousands = (count: number) => count.toLocaleString('en-US');
const size = (bytes: number) =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

function amount(count: number): string {
  if (count < 1e4) return thousands(count);
  return count < 1e6 ? `${(count / 1e3).toFixed(0)} k` : `${(count / 1e6).toFixed(1)} M`;
}

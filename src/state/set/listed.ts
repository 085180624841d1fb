import type { Listed } from '../../architectures/published/listed';

const files = import.meta.glob<Listed>('../../../models/hub/*.json', { eager: true, import: 'default' });
const order = ['self-attention', 'co-attention', 'VSE', 'encoder-decoder'];

/** Published checkpoints that the page knows by name, by the survey's axes, then by family and size. */
export const listed: readonly Listed[] = Object.values(files).toSorted(
  (a, b) =>
    order.indexOf(a.interaction) - order.indexOf(b.interaction) ||
    b.streams.localeCompare(a.streams) ||
    a.family.localeCompare(b.family) ||
    a.bytes - b.bytes,
);

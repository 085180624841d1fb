import type { Listed } from '../../architectures/published/listed';
import { listed } from '../../state/set/listed';

/** The published checkpoints of a place in the survey's grid. */
export const listedAt = (interaction: string, stream: string): Listed[] =>
  listed.filter((one) => one.interaction === interaction && one.streams === stream);

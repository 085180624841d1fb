import type { Change } from '../../src/charts/score/change';

export const changes: Change[] = [
  { name: 'caption', before: 2.94, after: 1.11 },
  { name: 'foil', before: -1.68, after: -0.97 },
  { name: 'caption − foil', before: 4.62, after: 2.08 },
];

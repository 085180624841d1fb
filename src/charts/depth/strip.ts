import type { Stream } from '../../trace/trace';

/** One attention module as the strip needs it; `queries` and `keys` are streams. */
export interface StripModule {
  name: string;
  stage: 'text' | 'image' | 'fusion';
  layer: number;
  queries: readonly Stream[];
  keys: readonly Stream[];
}

/** `self` lies on one ribbon, `joint` spans both in one softmax, `cross` reads the other ribbon. */
export type StripKind = 'self' | 'joint' | 'cross';

/** Where a module stands: `column` counts steps in execution order, `index` is its place in the list given. */
export interface StripNode {
  module: StripModule;
  index: number;
  kind: StripKind;
  column: number;
}

/** All modules placed, the number of columns, and where fusion begins (equal to `columns` when there is none). */
export interface StripPlan {
  nodes: StripNode[];
  columns: number;
  fusion: number;
}

function kindOf(module: StripModule): StripKind {
  if (module.queries.length > 1 || module.keys.length > 1) return 'joint';
  return module.queries[0] === module.keys[0] ? 'self' : 'cross';
}

/**
 * Places modules, given in execution order. The two encoders run side by side and end together; inside a fusion layer, what
 * both streams do alike (their self-attention, their co-attention) shares a column.
 */
export function planStrip(modules: readonly StripModule[]): StripPlan {
  const encoders = { text: 0, image: 0 };
  for (const module of modules) if (module.stage !== 'fusion') encoders[module.stage]++;
  const fusion = Math.max(encoders.text, encoders.image);
  const seen = { text: 0, image: 0 };
  let column = fusion - 1;
  let step = '';
  const nodes = modules.map((module, index): StripNode => {
    const kind = kindOf(module);
    if (module.stage !== 'fusion')
      return { module, index, kind, column: fusion - encoders[module.stage] + seen[module.stage]++ };
    const here = `${module.layer} ${kind}`;
    if (here !== step) column++;
    step = here;
    return { module, index, kind, column };
  });
  return { nodes, columns: column + 1, fusion };
}

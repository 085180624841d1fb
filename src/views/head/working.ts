import type { RegionBox } from '../../charts/map/regions';
import type { Lens } from '../../state/lens/lens.svelte';
import { takesRegions } from '../../state/panel/ground';
import type { Playground } from '../../state/playground.svelte';
import type { Box } from '../../trace/trace';

/** What a panel's boxes are to be, and what the visitor can do with them. */
export interface Working {
  /** Where the visitor has just changed them, the model has not run on them yet. */
  regions: readonly (RegionBox & { box: Box })[];
  /** Whether they are no longer as they came. */
  changed: boolean;
  /** Name of the file that they came in; null for those of a detector. */
  origin: string | null;
  /** Whether the model is told where they lie. */
  told: boolean;
  move: (region: number, box: Box) => void;
  remove: (region: number) => void;
  /** Null where no vector could be made for another. */
  add: ((box: Box) => void) | null;
  reset: () => void;
}

/** Boxes that the visitor can work on; null for those of a recorded run, and of models that take none. */
export function workingOn(lens: Lens, { workspace, placing }: Playground): Working | null {
  const { panel } = lens;
  const { regions } = workspace;
  if (takesRegions(panel)) return regions.placed.length ? onFile() : null;
  return panel.manifest?.features?.detector && !panel.imported ? onDetector() : null;

  function onDetector(): Working {
    const { boxes } = regions;
    const now = boxes
      ? boxes.map((box, index) =>
          boxes.length === lens.regions.length
            ? { ...lens.regions[index], box }
            : { box, origin: 'visitor' as const },
        )
      : lens.regions;
    const all = now.map(({ box }) => box);
    return {
      regions: now,
      changed: boxes !== null,
      origin: null,
      told: true,
      move: (region, box) => placing.draw(all.with(region, box)),
      remove: (region) => placing.draw(all.toSpliced(region, 1)),
      add: (box) => placing.draw([...all, box]),
      reset: () => placing.draw(null),
    };
  }

  function onFile(): Working {
    const { placed, features, rows } = regions;
    const feeds = Object.values(panel.manifest?.own?.feeds ?? {});
    return {
      regions: placed.map(({ box }, index) => ({
        box,
        origin: 'file',
        confidence: features?.confidences?.[index],
      })),
      changed: rows !== null,
      origin: features?.origin ?? '',
      told: feeds.some((of) => Object.values(of).some(({ from }) => from === 'corners')),
      move: (region, box) => placing.place(placed.with(region, { ...placed[region], box })),
      remove: (region) => placing.place(placed.toSpliced(region, 1)),
      add: null,
      reset: () => placing.place(null),
    };
  }
}

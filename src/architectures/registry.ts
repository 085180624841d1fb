import type { Adapter } from './adapter';
import type { Manifest } from './manifest';

const families: Partial<Record<Manifest['adapter'], () => Promise<{ adapter: Adapter }>>> = {
  'single-stream': () => import('./single'),
  'dual-stream': () => import('./dual'),
  'dual-encoder': () => import('./encoders'),
  own: () => import('./own'),
};

/**
 * The adapter of a model's family, loaded when first asked for.
 * @throws Error when there is none, or the manifest does not fit it
 */
export async function loadAdapter(manifest: Manifest): Promise<Adapter> {
  const load = families[manifest.adapter];
  if (!load)
    throw new Error(
      `${manifest.id}: expected a family among ${Object.keys(families).join(', ')}, got ${manifest.adapter}`,
    );
  const { adapter } = await load();
  adapter.check(manifest);
  return adapter;
}

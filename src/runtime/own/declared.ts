import { publish, type Published } from '../../architectures/published/published';
import { readRecipes } from '../../architectures/published/recipe';
import { declaration } from './declaration';
import type { ReadFiles } from './reading';

/**
 * What `python -m vlpm_export export` wrote of a model beside it: one recipe by its name, with the lengths that the checkpoint chose.
 * @returns null where no such file came along, or one of that name that is something else
 */
export function declaredBy(json: ReadFiles['json'], compared: boolean): Published | null {
  const manifest = json[declaration];
  const said = manifest && tryRead(manifest);
  if (!said) return null;
  const [name, recipe] = said;
  const preprocessor = { ...recipe.preprocessor, ...json['preprocessor_config.json'] };
  const sizes = new Map(Object.entries(recipe.lengths ?? {}));
  return publish(
    name,
    recipe,
    json['config.json'] ?? {},
    preprocessor,
    { tensors: null, unread: [], sizes },
    compared,
  );
}

function tryRead(manifest: unknown) {
  try {
    const entries = Object.entries(readRecipes(manifest));
    return entries.length === 1 ? entries[0] : null;
  } catch {
    return null;
  }
}

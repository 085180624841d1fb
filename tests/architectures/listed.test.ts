import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { listedSchema } from '../../src/architectures/published/listed';
import { listed } from '../../src/state/set/listed';

const folder = 'models/hub';
const files = readdirSync(folder);
const recipes = JSON.parse(readFileSync('models/recipes/index.json', 'utf8')) as Record<
  string,
  { family: string; tasks: Record<string, string>; writes?: object }
>;

test.each(files)('%s keeps the schema, and says of its recipe what the recipe says', (file) => {
  const entry = v.parse(listedSchema, JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
  expect(file).toBe(`${entry.id.split('/')[1].toLowerCase()}.json`);
  if (entry.recipe === null) return;
  const recipe = recipes[entry.recipe];
  expect(recipe.family).toBe(entry.family);
  const tasks = [
    ...Object.keys(recipe.tasks),
    ...(recipe.writes && !('input' in recipe.writes) ? ['caption'] : []),
  ];
  expect(tasks.toSorted()).toEqual(entry.tasks.toSorted());
});

test('at least sixteen are known by name, of every family that has a recipe, each once', () => {
  expect(listed.length).toBeGreaterThanOrEqual(16);
  expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
  const families = new Set(Object.values(recipes).map(({ family }) => family));
  expect([...families].filter((family) => !listed.some((entry) => entry.family === family))).toEqual([]);
  const used = listed.flatMap(({ recipe }) => recipe ?? []);
  // A head by itself, as of a fine-tuned checkpoint, has the name of the whole and more.
  const known = (name: string) => used.some((one) => name === one || name.startsWith(`${one}-`));
  expect(Object.keys(recipes).filter((name) => !known(name))).toEqual([]);
});

test.each([
  ['a field that nobody reads', { extra: 1 }],
  ['a licence that is missing', { licence: undefined }],
  ['a place that the survey has not', { interaction: 'telepathy' }],
  ['no size', { bytes: 0 }],
])('%s is refused', (_, change) => {
  const entry = JSON.parse(readFileSync(`${folder}/${files[0]}`, 'utf8')) as object;
  expect(v.safeParse(listedSchema, { ...entry, ...change }).success).toBe(false);
});

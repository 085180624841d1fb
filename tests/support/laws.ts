import { parse, resolveLink, type Link, type Parsed } from './parse';

type Files = ReadonlyMap<string, string>;

/** What each room of `src` may import: whole rooms, or single files of a room. Types count. */
const rooms: Record<string, readonly string[]> = {
  tensor: [],
  rpc: [],
  containers: [],
  onnx: ['containers'],
  trace: ['tensor', 'containers'],
  inputs: ['tensor', 'trace'],
  attention: ['tensor', 'trace'],
  architectures: ['tensor', 'onnx', 'trace', 'inputs', 'attention'],
  runtime: ['tensor', 'rpc', 'containers', 'onnx', 'trace', 'inputs', 'attention', 'architectures'],
  charts: ['tensor', 'trace', 'attention'],
  state: [
    'runtime/client',
    'runtime/own/disk',
    'site/visitor',
    'architectures/published/listed',
    'architectures/manifest',
    'containers/unzip',
    'containers/zip',
    'inputs/sniff',
    'inputs/crop',
    'attention',
    'trace',
    'tensor',
  ],
  views: ['state', 'charts', 'attention', 'trace', 'tensor', 'architectures/published/listed'],
  cli: [
    'tensor',
    'rpc',
    'containers',
    'onnx',
    'trace',
    'inputs',
    'attention',
    'architectures',
    'runtime',
    'state',
  ],
  site: ['rpc/errors', 'runtime/cache', 'runtime/download'],
  hub: [
    'rpc',
    'runtime/own/disk',
    'runtime/own/owned',
    'architectures/published/listed',
    'state/set/listed',
    'state/set/preferences.svelte',
    'views/look.css',
    'views/page.css',
    'views/parts/words',
    'site/trust',
  ],
  'main.ts': ['views', 'site', 'state/playground.svelte'],
};

/**
 * Which sub-rooms each sub-room of a room may import, itself aside. Files that lie directly in such a room join what its sub-rooms
 * hold: they may import all of them, and none of them imports those.
 */
const subRooms: Record<string, Record<string, readonly string[]>> = {
  onnx: {
    file: [],
    bind: ['file'],
    shape: ['file'],
    find: ['file', 'shape'],
    change: ['file', 'shape', 'find'],
  },
  charts: {
    ink: [],
    atlas: ['ink'],
    depth: ['ink', 'plot'],
    figure: ['ink', 'depth'],
    map: ['ink', 'touch'],
    matrix: ['ink'],
    plot: [],
    scatter: ['plot'],
    score: ['ink'],
    table: [],
    touch: [],
    tree: [],
    words: ['ink', 'touch'],
  },
  state: {
    set: [],
    share: [],
    keep: [],
    input: ['set', 'keep'],
    own: ['set', 'keep', 'input'],
    panel: ['set', 'keep', 'input', 'own'],
    lens: ['set', 'input', 'panel'],
    cause: ['set', 'share', 'input', 'panel'],
  },
  hub: {
    read: [],
    bytes: [],
    page: ['read', 'bytes'],
  },
  views: {
    parts: [],
    help: ['parts'],
    input: ['parts'],
    own: ['parts'],
    share: ['parts', 'head'],
    head: ['parts'],
    cause: ['parts', 'head'],
    numbers: ['parts', 'head'],
    matrix: ['parts', 'head'],
    answer: ['parts', 'cause'],
    panel: ['parts', 'share', 'head', 'cause', 'answer', 'numbers'],
    drawer: ['parts', 'share', 'head', 'cause', 'answer', 'numbers', 'matrix'],
  },
};

/** Rooms that are tested in Node and so know no page. */
const anywhere = ['tensor', 'rpc', 'containers', 'onnx', 'trace', 'inputs', 'attention', 'architectures'];
const pageNames = ['document', 'window', 'navigator'];

/** Where each package may be imported: path prefixes after `src/`, and the ways of importing it there. */
const packages: Record<string, readonly { place: string; kinds?: readonly Link['kind'][] }[]> = {
  'onnxruntime-web': [
    { place: 'runtime/engine.worker.ts' },
    { place: 'cli/' },
    { place: 'runtime/', kinds: ['type'] },
  ],
  '@xenova/transformers': [{ place: 'inputs/', kinds: ['lazy', 'type'] }],
  '@fontsource-variable/inter': [{ place: 'views/' }, { place: 'main.ts' }],
  d3: [{ place: 'charts/' }],
  '@huggingface/hub': [{ place: 'hub/read/' }],
  'hash-wasm': [{ place: 'hub/bytes/' }, { place: 'runtime/own/', kinds: ['lazy'] }],
  svelte: [
    { place: 'hub/' },
    { place: 'charts/' },
    { place: 'state/' },
    { place: 'views/' },
    { place: 'main.ts' },
  ],
  '@noble/hashes': [{ place: 'runtime/' }],
  valibot: [{ place: 'architectures/' }, { place: 'trace/' }, { place: 'state/' }],
  '@valibot/to-json-schema': [{ place: 'cli/' }],
  node: [{ place: 'cli/' }],
  playwright: [{ place: 'cli/' }],
  vite: [{ place: 'cli/' }],
};

const inside = (path: string) => path.slice('src/'.length);
const roomOf = (path: string) => inside(path).split('/')[0];
/** Empty for a file that lies directly in its room. */
const subRoomOf = (path: string) => inside(path).split('/').slice(1, -1)[0] ?? '';
const parseAll = (files: Files) =>
  new Map([...files].filter(([path]) => isCode(path)).map(([p, t]) => [p, parse(p, t)]));
const isCode = (path: string) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.d.ts');
const packageOf = (specifier: string) =>
  specifier.startsWith('node:')
    ? 'node'
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

/** Imports that leave a room for one that its row does not name, and files outside every room. */
export function roomLaw(files: Files): string[] {
  return [...parseAll(files)].flatMap(([path, { links }]) => {
    const room = roomOf(path);
    if (!(room in rooms)) return [`${path}: no room is called ${room}`];
    return links.flatMap(({ specifier }) => {
      const target = resolveLink(path, specifier, files);
      if (target === undefined || roomOf(target) === room || rooms[room].includes(roomOf(target))) return [];
      if (rooms[room].includes(inside(target).replace(/\.ts$/, ''))) return [];
      return [`${path}: ${room} may not import ${inside(target)}`];
    });
  });
}

/** Imports between sub-rooms of one room that its rows do not name, and sub-rooms that have no row. */
export function subRoomLaw(files: Files): string[] {
  return [...parseAll(files)].flatMap(([path, { links }]) => {
    const rows = subRooms[roomOf(path)];
    const from = subRoomOf(path);
    if (!rows || !from) return [];
    if (!(from in rows)) return [`${path}: no sub-room of ${roomOf(path)} is called ${from}`];
    return links.flatMap(({ specifier }) => {
      const target = resolveLink(path, specifier, files);
      if (target === undefined || roomOf(target) !== roomOf(path)) return [];
      const to = subRoomOf(target);
      if (to === from || rows[from].includes(to)) return [];
      return [`${path}: ${roomOf(path)}/${from} may not import ${inside(target)}`];
    });
  });
}

/** Relative imports that reach no file of `src` (styles and assets excepted). */
export function resolvedLaw(files: Files): string[] {
  return [...parseAll(files)].flatMap(([path, { links }]) =>
    links
      .filter(({ specifier }) => specifier.startsWith('.') && !/\.(css|svg|json)(\?|$)/.test(specifier))
      .filter(({ specifier }) => resolveLink(path, specifier, files) === undefined)
      .map(({ specifier }) => `${path}: ${specifier} is no file of src`),
  );
}

/** Packages imported where they have no place, or in a way that they may not be. */
export function packageLaw(files: Files): string[] {
  return [...parseAll(files)].flatMap(([path, { links }]) =>
    links
      .filter(({ specifier }) => !/^[./]/.test(specifier) && !specifier.startsWith('virtual:'))
      .filter(({ specifier, kind }) => {
        const places = packages[packageOf(specifier)] ?? [];
        return !places.some(
          ({ place, kinds }) => inside(path).startsWith(place) && (!kinds || kinds.includes(kind)),
        );
      })
      .map(({ specifier, kind }) => `${path}: ${specifier} (${kind}) has no place here`),
  );
}

/** Files that name the page although they must run anywhere: the first eight rooms, and all that `cli` reaches. */
export function anywhereLaw(files: Files): string[] {
  const parsed = parseAll(files);
  const bound = new Set(
    [...parsed.keys()].filter((path) => anywhere.includes(roomOf(path)) || roomOf(path) === 'cli'),
  );
  for (const path of bound)
    for (const { specifier, kind } of parsed.get(path)?.links ?? []) {
      const target = kind === 'static' || kind === 'lazy' ? resolveLink(path, specifier, files) : undefined;
      if (target && parsed.has(target)) bound.add(target);
    }
  return [...bound].flatMap((path) => {
    const { names } = parsed.get(path) as Parsed;
    return pageNames
      .filter((name) => names.has(name))
      .map((name) => `${path} names ${name} but must run anywhere`);
  });
}

/** Where workers are made: one for each document. */
const makers = ['src/runtime/client.ts', 'src/hub/bytes/writer.ts'];

/** Workers made elsewhere. */
export function workerLaw(files: Files): string[] {
  return [...parseAll(files)]
    .filter(([path, { makesWorker }]) => makesWorker && !makers.includes(path))
    .map(([path]) => `${path} makes a Worker; only ${makers.join(' and ')} may`);
}

/** Circles of imports between files, types included; each as "a → b → a". */
export function cycleLaw(files: Files): string[] {
  const parsed = parseAll(files);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const { specifier, kind } of parsed.get(path)?.links ?? []) {
      const target = kind === 'address' ? undefined : resolveLink(path, specifier, files);
      if (target && parsed.has(target)) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of parsed.keys()) visit(path, []);
  return found;
}

/** Folders and files called utils or index, and files that only hand on other files' names. */
export function namingLaw(files: Files): string[] {
  return [...files].flatMap(([path, text]) => [
    ...(/(^|\/)(utils?|helpers?|misc|common)(\/|\.)/.test(path) ? [`${path}: a name that says nothing`] : []),
    ...(/(^|\/)index\.ts$/.test(path) || (isCode(path) && parse(path, text).onlyReexports)
      ? [`${path} is a barrel`]
      : []),
  ]);
}

/** Everything that the page remembers, by file and variable: what links and session files bring back, and what they need not. */

/** Brought back: `restored.browser.test.ts` proves each. */
export const restored = [
  ...(['lens/display tab', 'lens/display lines', 'lens/display cells', 'lens/display scale'] as const),
  ...(['lens/display effect', 'lens/display figure', 'lens/display ground', 'lens/display times'] as const),
  ...(['lens/display #folds', 'lens/display #lists'] as const),
  ...(['lens/matrix scale', 'lens/matrix second', 'lens/matrix sight', 'lens/matrix secondSight'] as const),
  ...(['lens/gathered #heads', 'lens/gathered way'] as const),
  ...(['lens/numbers column', 'lens/numbers descending', 'lens/numbers stream', 'lens/numbers all'] as const),
  ...(['lens/numbers aside', 'lens/numbers kin', 'lens/numbers x', 'lens/numbers y'] as const),
  ...(['lens/numbers search', 'lens/numbers block', 'lens/numbers stage', 'lens/numbers layer'] as const),
  ...(['lens/numbers bounded', 'lens/numbers way', 'lens/numbers bound', 'lens/numbers gathered'] as const),
  ...([
    'lens/selection #word',
    'lens/selection #of',
    'lens/selection #point',
    'lens/selection #box',
    'lens/selection #picture',
    'lens/selection turned',
  ] as const),
  ...(['lens/selection #kind', 'lens/selection #also', 'lens/selection #heads'] as const),
  ...(['lens/selection role', 'lens/selection focus', 'lens/selection statistic'] as const),
  ...(['input/taken #sample', 'input/taken #own', 'input/taken #crop'] as const),
  ...(['input/workspace #awaited', 'input/workspace caption', 'input/workspace foil'] as const),
  'input/second #awaited',
  ...(['input/regions #boxes', 'input/regions #held', 'input/regions #rows'] as const),
  ...(['panel/beside #open', 'panel/panel #folder', 'panel/panel #imported', 'panel/runs #hidden'] as const),
  ...(['panel/question #text', 'panel/question #asked'] as const),
  ...(['cause/history #entries', 'cause/history #at', 'set/preferences #overlay'] as const),
] as const;

export type Restored = (typeof restored)[number];

/** Not brought back, by the reason. */
export const passing: Readonly<Record<string, readonly string[]>> = {
  'what the models and the server answer again': [
    ...['cause/ablation #activity', 'cause/ablation #sentence', 'cause/ablation #results', 'contact #met'],
    ...['lens/likeness #recorded', 'lens/rolling #result', 'lens/rolling #share', 'playground #opened'],
    ...['panel/busy #activity', 'panel/busy #sentence', 'panel/panel #progress', 'panel/panel #manifest'],
    ...['panel/panel #opened', 'panel/question #replies', 'panel/question #running'],
    ...['panel/results #reading', 'panel/results #trace', 'panel/results #foil', 'panel/results #fresh'],
    ...['panel/results #foilSentence', 'panel/results #masked', 'panel/results #recorded'],
    ...['panel/results #former', 'set/catalogue #manifests', 'set/catalogue #problems'],
    ...['set/heldout #entries', 'set/heldout #sentence', 'input/rest #waiting', 'input/workspace #samples'],
    ...['input/taken #picture', 'input/taken #image', 'input/taken #notes'],
    ...['input/taken #problem', 'input/taken #decoding'],
    ...[
      'views/drawer/Drawer first',
      'views/numbers/LayersTab followed',
      'views/drawer/Drawer loaded',
      'views/help/Help wanted',
      'views/parts/Part fetched',
      'views/panel/ModelPicker Grid',
      'views/panel/ModelPicker ready',
    ],
    ...['views/parts/Sentence terms'],
  ],
  'what is only measured or written when somebody asks for it, because it takes long': [
    ...['cause/sweep #stage', 'cause/sweep #sentence', 'cause/sweep #effects', 'cause/sweep #plain'],
    ...['cause/sweep #subject', 'cause/sweep #total', 'cause/sweep #left', 'views/answer/StepsView chosen'],
    ...['panel/writing #steps', 'panel/writing #busy', 'panel/writing #stopped', 'panel/writing #sentence'],
    ...['panel/writing #of', 'panel/writing #off'],
  ],
  'of this browser or device and not of the view': [
    ...['guide #at', 'guide #arranging', 'guide #kept', 'own/imports #held', 'own/library #models'],
    ...['own/library #passing', 'own/holdings #held', 'set/machine #device', 'set/offline #kept'],
    ...['set/offline #waiting', 'set/preferences #theme'],
  ],
  'a sentence that is said once, or something under way': [
    ...[
      'contact #meeting',
      'keep/notices #said',
      'own/holdings #problem',
      'own/imports #reading',
      'own/imports #problem',
    ],
    ...['set/machine #notice', 'set/machine #stalled', 'set/offline #problem', 'set/offline #later'],
    ...['views/drawer/Drawer problem', 'views/share/CopyLink said', 'views/share/FigureSave problem'],
    ...['views/share/Methods said', 'views/share/SessionSave problem', 'views/input/PicturePart read'],
  ],
  'a sheet that lies over the view, and what is filled in there': [
    ...['own/ownsheet #shown', 'own/ownsheet #activity', 'own/ownsheet #files', 'own/ownsheet #progress'],
    ...['own/ownsheet #examined', 'own/ownsheet #answers', 'own/ownsheet #problem'],
    ...['views/input/SecondPicture open'],
    ...['views/input/PicturePart open', 'views/own/OwnModel picker', 'views/own/OwnModel folder'],
    ...['views/own/OwnModel address', 'views/panel/ModelPicker open', 'views/parts/Badge open'],
    ...['views/parts/explain #asked'],
  ],
  'where pointer, finger or focus are': [
    ...['lens/selection #hovered', 'lens/selection #hoveredHead', 'views/matrix/MatrixTab cursor'],
    ...['views/panel/Stages dragged', 'views/input/Drop over', 'charts/atlas/Atlas cursor'],
    ...['charts/map/ImageMap cursor', 'charts/map/ImageMap focused'],
    ...['charts/map/RegionMap within', 'charts/matrix/Matrix stood', 'charts/plot/Plot frame'],
    ...['charts/plot/Plot cursor', 'charts/table/Table cursor', 'charts/table/Table read'],
    ...['charts/tree/Tree cursor'],
  ],
  'elements, and the room that they have': [
    ...['views/cause/AblationBar list', 'views/head/AtlasView width', 'views/head/AtlasView height'],
    ...['views/head/WordsView row', 'views/head/WordsView hidden', 'charts/words/Words row'],
    ...['views/head/MapFrame room', 'views/input/TextField across', 'views/matrix/MatrixTab room'],
    ...['views/numbers/HeadCard wide', 'views/numbers/HeadCard title'],
    ...['views/drawer/Drawer room', 'views/drawer/Drawer taken'],
    ...['views/numbers/LayersTab room', 'views/numbers/ScatterView room', 'charts/depth/Profile width'],
    ...['charts/depth/Strip width', 'charts/ink/ColorBar width', 'charts/map/fit room'],
    ...[
      'views/matrix/MatrixTab width',
      'charts/matrix/Matrix width',
      'charts/scatter/Scatter width',
      'charts/table/Table grid',
    ],
    ...['charts/table/Table top', 'charts/table/Table tall', 'charts/table/Table page'],
    ...['charts/table/Table reach', 'charts/table/Table screen', 'charts/tree/Tree width'],
  ],
};

/** Every variable that remembers something, e.g. "lens/display tab" or "views/parts/Badge open". */
export function remembers(path: string, source: string): string[] {
  const file = path.replace(/^src\/(state\/)?/, '').replace(/\.svelte(\.ts)?$|\.ts$/, '');
  const named = [...source.matchAll(/(#?\w+)!?(?:: [^=\n]+)? = \$state\b/g)].map(
    ([, name]) => `${file} ${name}`,
  );
  const all = source.match(/\$state(?:\.raw)?[<(]/g)?.length ?? 0;
  return all === named.length ? named : [...named, `${file}: ${all - named.length} without a name`];
}

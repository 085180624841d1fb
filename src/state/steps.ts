/** One step of the guide: what is put on the page, and what to see there. */
export interface Step {
  title: string;
  says: string;
  /** Folder of the model that the step is about, and whether it stands in the first panel or in the last. */
  model: string;
  place: 'first' | 'last';
  /** Whether the head that is shown is switched off. */
  off: boolean;
}

/** The same picture and the same word in three kinds of model, and then a test of what was seen. */
export const steps: readonly Step[] = [
  {
    title: 'One stream',
    says: 'ViLT-mini reads words and patches as one sequence. “dog” is the query: every patch and every other word compete for the same weight. The head shown is the one that points at named things best; its neighbours in the atlas look elsewhere.',
    model: 'zoo/vilt-mini',
    place: 'first',
    off: false,
  },
  {
    title: 'Two streams',
    says: 'METER-mini reads each on its own and joins them by co-attention. In its module “text queries → image keys” all of the weight of “dog” goes to patches, by design; the way back, from patches to words, is a module of its own.',
    model: 'zoo/meter-mini',
    place: 'last',
    off: false,
  },
  {
    title: 'Two encoders',
    says: 'CLIP-mini has no attention between words and patches, so there is no map of it to draw. What joins them is one similarity at the end; it can be taken apart by patch, and that is what lies on the picture.',
    model: 'zoo/clip-mini',
    place: 'last',
    off: false,
  },
  {
    title: 'Is it why?',
    says: 'A map says where a head looks, not why the model answers. So test it: the head that looks at the dog is off now in METER-mini, and its score stands beside the one with it. Often little changes, since other heads stand in for it.',
    model: 'zoo/meter-mini',
    place: 'last',
    off: true,
  },
];

/** The word that the guide follows. */
export const followed = 'dog';

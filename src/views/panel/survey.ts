/**
 * The two axes of Long et al., "Vision-and-Language Pretrained Models: A Survey" (IJCAI 2022): how words and pictures interact, and whether
 * each is first processed in a stream of its own. The last row is ours: the survey counts models that write among the first two. `none`
 * says why no model stands in a place.
 */
export const interactions = [
  { id: 'self-attention', says: 'one softmax over words and patches', none: null },
  { id: 'co-attention', says: 'each stream reads the other', none: 'none by definition' },
  { id: 'VSE', says: 'no attention across: one similarity', none: 'none by definition' },
  {
    id: 'encoder-decoder',
    says: 'a decoder writes text',
    none: 'none here: VLP writes from one stream, and the survey counts it as self-attention',
  },
] as const;

export const streams = [
  { id: 'single', says: 'one stream' },
  { id: 'double', says: 'two streams' },
] as const;

/**
 * The two axes of Long et al., "Vision-and-Language Pretrained Models: A Survey" (IJCAI 2022): how words and pictures interact, and whether
 * each is first processed in a stream of its own. `published` are models that stand in a place where none ships; where the survey does
 * not place them, the place is ours.
 */
export const interactions = [
  {
    id: 'self-attention',
    says: 'one softmax over words and patches',
    published: { single: 'VisualBERT, UNITER', double: 'Pixel-BERT' },
  },
  {
    id: 'co-attention',
    says: 'each stream reads the other',
    published: { single: null, double: 'LXMERT, ERNIE-ViL' },
  },
  {
    id: 'VSE',
    says: 'no attention across: one similarity',
    published: { single: null, double: 'ALIGN, LightningDOT' },
  },
  {
    id: 'encoder-decoder',
    says: 'a decoder writes text',
    published: { single: 'VLP', double: 'TDEN' },
  },
] as const;

export const streams = [
  { id: 'single', says: 'one stream' },
  { id: 'double', says: 'two streams' },
] as const;

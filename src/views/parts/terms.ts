/** A term of the field, in one or two sentences, with the paper or system that it comes from where there is one. */
export interface Term {
  /** As it is called, with a capital. */
  name: string;
  says: string;
  source?: { title: string; address: string };
}

const arxiv = (title: string, id: string) => ({ title, address: `https://arxiv.org/abs/${id}` });

/** Every term that the page explains where it stands, by the key that it is asked for with. */
export const terms = {
  patch: {
    name: 'Patch',
    says: 'A square of the picture. A patch model cuts the picture into a grid; each patch is one token, as each word piece is.',
    source: arxiv('Dosovitskiy et al. 2021', '2010.11929'),
  },
  region: {
    name: 'Region',
    says: 'A box around something in the picture, found by a detector. A region model has one token for each box.',
    source: arxiv('Anderson et al. 2018', '1707.07998'),
  },
  query: {
    name: 'Query and key',
    says: 'The token that asks, and the tokens that it may look at. The weights of one query over its keys sum to 1. “Text queries → image keys” are words that look at patches.',
    source: arxiv('Vaswani et al. 2017', '1706.03762'),
  },
  head: {
    name: 'Head',
    says: 'One set of attention weights. A layer has several side by side, and each may look for something else.',
    source: arxiv('Vaswani et al. 2017', '1706.03762'),
  },
  joint: {
    name: 'Joint self-attention',
    says: 'Words and patches lie in one sequence, and every token may look at every other: a single-stream model.',
    source: arxiv('ViLT, Kim et al. 2021', '2102.03334'),
  },
  coattention: {
    name: 'Co-attention',
    says: 'Two streams, each of which looks into the other: words at patches in one module, patches at words in another. A dual-stream model.',
    source: arxiv('ViLBERT, Lu et al. 2019', '1908.02265'),
  },
  dual: {
    name: 'Dual encoder',
    says: 'One encoder for words and one for the picture, which never look at each other. What joins them is one similarity at the end.',
    source: arxiv('CLIP, Radford et al. 2021', '2103.00020'),
  },
  pointing: {
    name: 'Pointing',
    says: 'How often the patch that a noun looks at most lies on the thing that it names, on held-out pictures. Text queries → image keys.',
    source: arxiv('after Zhang et al. 2016', '1608.00507'),
  },
  naming: {
    name: 'Naming',
    says: 'How often a patch of a thing looks most at the noun that names it, among the nouns of the caption, on held-out pictures. Image queries → text keys.',
  },
  specificity: {
    name: 'Specificity',
    says: 'Hits on the named thing minus hits on the other things of the picture: a head that only finds what stands out has 0.',
  },
  foil: {
    name: 'Foil',
    says: 'The caption with one edit that makes it false. A model that reads the picture scores the caption above it; chance is 50 %.',
    source: arxiv('FOIL-it, Shekhar et al. 2017', '1705.01359'),
  },
  match: {
    name: 'Match',
    says: 'The model’s own answer to “does this caption fit this picture?”, a logit: above 0 it says yes. Scores of two models share no scale.',
  },
  truth: {
    name: 'True or false',
    says: 'The model’s own answer to “is this sentence true of both pictures together?”, a logit: that of true minus that of false.',
    source: arxiv('NLVR2, Suhr et al. 2019', '1811.00491'),
  },
  similarity: {
    name: 'Similarity',
    says: 'Cosine of the two encoders’ outputs, scaled. It has no zero that means “fits”; compare it with another text’s.',
    source: arxiv('CLIP, Radford et al. 2021', '2103.00020'),
  },
  likelihood: {
    name: 'Log-likelihood a word',
    says: 'How likely the model would be to write this text: the mean natural logarithm of each word’s probability after those before it. It has no zero that means “fits”; compare it with another text’s.',
  },
  masked: {
    name: 'Masked word',
    says: 'A word is hidden and the model guesses it from the picture and the rest: masked language modelling.',
    source: arxiv('BERT, Devlin et al. 2019', '1810.04805'),
  },
  uniform: {
    name: 'Uniform share',
    says: 'What every key would get if attention were spread evenly: 1 over the number of keys. Less than that is less than chance.',
  },
  sink: {
    name: 'Sink',
    says: 'A key that takes much of the weight of every query, often a special token, and seldom means anything: the largest mean share that one key receives.',
    source: arxiv('Xiao et al. 2023', '2309.17453'),
  },
  entropy: {
    name: 'Entropy',
    says: 'How widely a query spreads its weight: 0 is one key, 1 is all keys alike. Its exponential is the number of effective keys.',
  },
  preference: {
    name: 'Modality preference',
    says: 'log₂ of the weight per key of the other stream over the weight per key of the own one. 0 is no preference. In co-attention it is fixed by design.',
  },
  rollout: {
    name: 'Rollout',
    says: 'Attention multiplied through the layers, with half of each step kept for the token itself: which inputs a token was mixed from, if heads counted alike. Over the gathered heads, or all; over two streams by a rule of this page.',
    source: arxiv('Abnar and Zuidema 2020', '2005.00928'),
  },
  off: {
    name: 'Switched off',
    says: 'The model runs once more with this head’s weights set to 0. What changes in the answer is the evidence that a map alone is not.',
    source: arxiv('Michel et al. 2019', '1905.10650'),
  },
  sweep: {
    name: 'Sweep',
    says: 'Every head off in turn, for this one picture and caption. Heads can stand in for each other: two that change nothing alone may matter together.',
  },
} as const satisfies Record<string, Term>;

/** Keys of `terms`. */
export type TermKey = keyof typeof terms;

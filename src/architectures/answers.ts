import type { Tensor } from '../tensor/tensor';
import type { Guess } from '../trace/trace';
import { likeliest } from './guess';
import type { Manifest } from './manifest';

/**
 * The likeliest answers to a question.
 * @param logits [1, answers] in the order of the manifest's `answers`
 * @throws Error when the manifest does not name as many answers as there are logits
 */
export function likeliestAnswers({ data }: Tensor, { id, answers = [] }: Manifest): Guess['words'] {
  if (answers.length !== data.length)
    throw new Error(`${id}: expected a manifest that names ${data.length} answers, got ${answers.length}`);
  return likeliest(data, (index) => answers[index]);
}

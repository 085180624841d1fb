import type { Guess } from '../../onnx/find/guess';
import type { Part } from './feeds';
import type { Manifest } from '../manifest';

type Score = NonNullable<Manifest['own']>['score'];

/** A way to read whether a caption fits a picture. */
export interface ScoreOption {
  /** For an answer: "model/logits", "model/itm 1", "text/a ~ vision/b". */
  id: string;
  label: string;
  output: string;
  score: NonNullable<Score>;
}

interface Output {
  address: string;
  name: string;
  dims: readonly (number | null)[];
}

/** Every way to read one number from the outputs of a model that sees picture and text, likelier ones first. */
export function scoreOptions(parts: readonly Part[]): ScoreOption[] {
  const outputs = parts.flatMap(({ role, inspection }) =>
    inspection.outputs.flatMap(({ name, dtype, tried, dims }): Output[] => {
      const lengths = tried ?? dims?.map((dim) => (typeof dim === 'number' ? dim : null));
      return /^float(16|32)$/.test(dtype) && lengths
        ? [{ address: `${role}/${name}`, name, dims: lengths }]
        : [];
    }),
  );
  const single = outputs.filter(({ dims }) => dims.length <= 2 && dims.every((dim) => dim === 1));
  const pairs = outputs.filter(
    ({ dims }) => dims.at(-1) === 2 && dims.slice(0, -1).every((dim) => dim === 1),
  );
  const options = [
    ...single.map(({ address, name }): ScoreOption => {
      return { id: address, label: name, output: address, score: { by: 'value' } };
    }),
    ...pairs.flatMap(({ address, name }) => {
      const columns = /seq_relationship/.test(name) ? ([0, 1] as const) : ([1, 0] as const);
      return columns.map((column): ScoreOption => {
        const label = `${name}: ${column === 0 ? 'first' : 'second'} of two means that they fit`;
        return { id: `${address} ${column}`, label, output: address, score: { by: 'column', column } };
      });
    }),
  ];
  const likely = /match|itm|per_image|relationship|score|^logits/;
  options.sort((a, b) => Number(likely.test(b.output)) - Number(likely.test(a.output)));
  return [...options, ...cosines(outputs)];
}

/** Two vectors of one length, one of the text and one of the picture by their names or files. */
function cosines(outputs: readonly Output[]): ScoreOption[] {
  const vectors = outputs.filter(({ dims }) => dims.length === 2 && dims[0] === 1 && (dims[1] ?? 0) > 2);
  const text = vectors.find(({ address }) => /text/.test(address));
  const image = vectors.find(({ address }) => /image|vision/.test(address) && address !== text?.address);
  if (!text || !image || text.dims[1] !== image.dims[1]) return [];
  return [
    {
      id: `${text.address} ~ ${image.address}`,
      label: `cosine of ${text.name} and ${image.name}`,
      output: text.address,
      score: { by: 'cosine', with: image.address },
    },
  ];
}

/** The option taken without being asked, by its id; "none" for a model that gives no such number. */
export function likeliestScore(options: readonly ScoreOption[]): Guess<string> {
  const [first] = options;
  if (!first)
    return { value: 'none', sure: true, why: 'no output is one number for a picture and a caption' };
  if (first.score.by === 'value')
    return { value: first.id, sure: true, why: 'it is one number for a picture and a caption' };
  const why =
    first.score.by === 'column'
      ? 'which of two numbers means “they fit” is nowhere said'
      : 'two vectors of one length come out';
  return { value: first.id, sure: false, why };
}

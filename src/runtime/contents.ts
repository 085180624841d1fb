import { nameOfSide, sideOf } from '../architectures/layout';
import type { AttentionEntry, GraphEntry } from '../architectures/manifest';
import { change } from '../onnx/change/change';
import { finishDraft, startDraft, type Draft } from '../onnx/change/draft';
import { gather, slice } from '../onnx/change/expose';
import { narrowDoubles } from '../onnx/change/narrow';
import { addSide, pool, type Side } from '../onnx/change/pool';
import { unfuse } from '../onnx/change/unfuse';
import { findAttention } from '../onnx/find/find';
import { applyPatch } from '../onnx/change/patch';
import { readModel } from '../onnx/file/reader';

/** What a session has beside what its file has: for all attentions or for none, so that one serves any head. */
export interface Contents {
  maps: boolean;
  factors: boolean;
  terms: boolean;
  /** Whether maps are between places in which several tokens stand together. */
  places: boolean;
}

/** A graph with contents. Lists are in the manifest's order of attentions, empty when they are not among the contents. */
export interface Filled {
  file: Uint8Array<ArrayBuffer>;
  /** Whether what the graph has in one piece is written out. */
  isWritten: boolean;
  /** The output that gathers all task outputs; null when there is one, which needs none. */
  answers: string | null;
  /** The output that gathers all attention maps. */
  maps: string | null;
  /** Inputs [head, query, key]. */
  factors: string[];
  terms: string[];
  /** Inputs that say which positions of a side stand together, by its streams joined with +; empty where each stands by itself. */
  sides: ReadonlyMap<string, Side>;
}

/**
 * Patches a graph so that it has the contents and every build of the runtime takes it; what it has in one piece is written out where one is
 * wanted.
 * @throws Error of one sentence when an attention of the manifest cannot be found or changed
 */
export function fill(
  bytes: Uint8Array<ArrayBuffer>,
  { outputs, attentions }: GraphEntry,
  contents: Contents,
): Filled {
  const plain = !contents.maps && !contents.factors && !contents.terms;
  const given = plain ? bytes : unfuse(bytes).bytes;
  const model = readModel(given);
  const draft = startDraft(model);
  narrowDoubles(draft);
  const names = outputs.map(({ name }) => name);
  let shown = attentions.map(({ tensor }) => tensor);
  const [factors, terms]: string[][] = [[], []];
  if (contents.factors || contents.terms) {
    const finding = findAttention(model);
    shown = attentions.map(({ name, tensor, heads }) => {
      const found = finding.attentions.find((attention) => attention.tensor === tensor);
      if (!found)
        throw new Error(`attention "${name}" cannot be changed: ${tensor} is no attention of the graph`);
      const { factor, term, shown } = change(draft, finding, found, heads, {
        factor: contents.factors,
        term: contents.terms,
        shown: contents.maps,
      });
      if (factor) factors.push(factor);
      if (term) terms.push(term);
      return shown;
    });
  }
  const answers = names.length > 1 ? gather(draft, names, 'answers') : null;
  const sides = new Map<string, Side>();
  shown = shown.map((tensor, i) => {
    const { part } = attentions[i];
    return part && contents.maps ? slice(draft, tensor, part) : tensor;
  });
  if (contents.places && contents.maps) shown = inPlaces(draft, shown, attentions, sides);
  const maps = contents.maps && shown.length > 0 ? gather(draft, shown, 'maps') : null;
  return {
    file: applyPatch(given, finishDraft(draft)),
    isWritten: given !== bytes,
    answers,
    maps,
    factors,
    terms,
    sides,
  };
}

/** What is shown between places; adds the sides that it needs. */
function inPlaces(
  draft: Draft,
  shown: readonly string[],
  attentions: readonly AttentionEntry[],
  sides: Map<string, Side>,
): string[] {
  const sideAt = (entry: AttentionEntry, at: 'queries' | 'keys') => {
    const name = nameOfSide(sideOf(entry, at));
    const side = sides.get(name) ?? addSide(draft, name);
    sides.set(name, side);
    return side;
  };
  return shown.map((tensor, i) =>
    pool(draft, tensor, sideAt(attentions[i], 'queries'), sideAt(attentions[i], 'keys')),
  );
}

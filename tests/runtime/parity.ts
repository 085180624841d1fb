import { makeFiles } from '../../src/runtime/cache';
import { loadCard, loadWeights } from '../../src/runtime/model';
import { openModel, type Place } from '../../src/runtime/opening';
import { differ, readReference } from '../../src/runtime/trial/reference';

/** How far a model on some backend is from PyTorch on its reference and further oracles, and the model, which stays open. */
export async function parityOf(place: Place, base: string, id: string, oracles: Uint8Array<ArrayBuffer>[]) {
  const fetcher = (url: string) => fetch(url);
  const files = makeFiles(null, fetcher);
  const card = await loadCard(new URL(`zoo/${id}/`, base).href, files, fetcher);
  const weights = await loadWeights(card, files, () => {});
  const model = await openModel(card, { ...weights, reference: null }, place, () => {});
  const references = [weights.reference, ...oracles].map((bytes) =>
    readReference(bytes ?? new Uint8Array(), card),
  );
  const differences: number[] = [];
  for (const reference of references) differences.push(await differ(reference, card, model.call));
  return { differences, card, model };
}

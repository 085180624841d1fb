import type { Card, Weights } from '../model';
import { probe } from './probe';
import { differ, readReference } from './reference';
import type { Subject } from './trial';

/** A model as something to open: it answers its stored input, or where none is stored a grey picture if it is a visitor's. */
export function asSubject(card: Card, { reference: bytes, sight }: Weights): Subject {
  const reference = bytes && readReference(bytes, card, sight);
  return {
    manifest: card.manifest,
    step: reference ? 'reference' : 'probe',
    async rehearse(call) {
      if (reference) return differ(reference, card, call);
      if (card.manifest.own) await probe(card, call);
      return null;
    },
  };
}

import type { Attachment } from 'svelte/attachments';
import type { Term, TermKey } from './terms';

/** Identity of the element that says the sentence. */
export const sentence = 'term-sentence';

/** A term of the page by its key, or one that brings its own sentence. */
export type Meaning = TermKey | Term;

/** The term whose sentence is asked for, and what it stands at. There is one pointer and one focus, so one for the page. */
class Explained {
  #asked = $state.raw<{ term: Meaning; at: HTMLElement } | null>(null);
  #closing: ReturnType<typeof setTimeout> | undefined;

  get asked() {
    return this.#asked;
  }

  ask(term: Meaning, at: HTMLElement): void {
    this.close();
    this.#asked = { term, at };
    at.setAttribute('aria-describedby', sentence);
  }

  /** Time for the pointer to reach the sentence, whose source can be clicked. */
  leave(): void {
    this.stay();
    this.#closing = setTimeout(() => this.close(), 150);
  }

  stay(): void {
    clearTimeout(this.#closing);
  }

  close(): void {
    this.stay();
    this.#asked?.at.removeAttribute('aria-describedby');
    this.#asked = null;
  }
}

export const explained = new Explained();

/**
 * Has a control say what the term in its name means: to a mouse that rests on it and to focus from the keyboard; with `tapped`, to any
 * focus and to a click as well, for what does nothing else.
 */
export const explain =
  (term: Meaning, tapped = false): Attachment<HTMLElement> =>
  (element) => {
    const ask = () => explained.ask(term, element);
    const leave = () => explained.leave();
    const enter = (event: PointerEvent) => event.pointerType === 'mouse' && ask();
    const focus = () => (tapped || element.matches(':focus-visible')) && ask();
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || explained.asked?.at !== element) return;
      event.stopPropagation();
      explained.close();
    };
    element.addEventListener('pointerenter', enter);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('focus', focus);
    element.addEventListener('blur', leave);
    element.addEventListener('keydown', key);
    if (tapped) element.addEventListener('click', ask);
    return () => {
      if (explained.asked?.at === element) explained.close();
      element.removeEventListener('pointerenter', enter);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('focus', focus);
      element.removeEventListener('blur', leave);
      element.removeEventListener('keydown', key);
      element.removeEventListener('click', ask);
    };
  };

/** Terms of one group are one Tab stop; arrow keys go from one to the next. */
export function walk(element: HTMLElement): () => void {
  let group: Element | null = null;
  const all = () => {
    group ??= element.closest('[data-terms]');
    return [...(group?.querySelectorAll<HTMLElement>('.term') ?? [])];
  };
  const enter = (one: HTMLElement | undefined) => {
    for (const term of all()) term.tabIndex = term === one ? 0 : -1;
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && all()[all().indexOf(element) + step];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  };
  const focus = () => enter(element);
  if (all().some((term) => term !== element && term.tabIndex === 0)) element.tabIndex = -1;
  element.addEventListener('keydown', key);
  element.addEventListener('focus', focus);
  return () => {
    element.removeEventListener('keydown', key);
    element.removeEventListener('focus', focus);
    if (element.tabIndex === 0) enter(all().find((term) => term !== element));
  };
}

import type { Attachment } from 'svelte/attachments';

/** Milliseconds that a finger rests. */
const rest = 500;

/** Calls back where a finger rests on an element, as Shift and a click do with a mouse; the click that would follow is left out. */
export function longPress(call: (event: PointerEvent) => void): Attachment<HTMLElement> {
  return (node) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let swallow = false;
    const end = (): void => clearTimeout(timer);
    const start = (event: PointerEvent): void => {
      end();
      swallow = false;
      if (event.pointerType === 'mouse') return;
      timer = setTimeout(() => {
        swallow = true;
        call(event);
      }, rest);
    };
    const click = (event: MouseEvent): void => {
      if (!swallow) return;
      swallow = false;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const menu = (event: Event): void => {
      if (swallow) event.preventDefault();
    };
    node.addEventListener('pointerdown', start);
    for (const type of ['pointerup', 'pointercancel', 'pointerleave']) node.addEventListener(type, end);
    node.addEventListener('click', click, { capture: true });
    node.addEventListener('contextmenu', menu);
    return () => {
      end();
      node.removeEventListener('pointerdown', start);
      for (const type of ['pointerup', 'pointercancel', 'pointerleave']) node.removeEventListener(type, end);
      node.removeEventListener('click', click, { capture: true });
      node.removeEventListener('contextmenu', menu);
    };
  };
}

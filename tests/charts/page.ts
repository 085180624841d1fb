import axe from 'axe-core';
import { flushSync, mount, unmount } from 'svelte';
import type { Component } from 'svelte';
import { onTestFinished } from 'vitest';
import '../../src/views/look.css';

/** Mounts a component in a card of `width` px and removes it when the test ends. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the bound that Svelte's own mount has
export function show<P extends Record<string, any>>(
  component: Component<P>,
  props: NoInfer<P>,
  width = 480,
): HTMLElement {
  const card = document.createElement('div');
  card.style.cssText = `width:${width}px;padding:16px;background:var(--card)`;
  document.body.append(card);
  const mounted = mount(component, { target: card, props });
  flushSync();
  onTestFinished(async () => {
    await unmount(mounted);
    card.remove();
    document.documentElement.removeAttribute('data-theme');
  });
  return card;
}

/** Element of a selector; throws when there is none. */
export function find<E extends Element = HTMLElement>(root: ParentNode, selector: string): E {
  const element = root.querySelector<E>(selector);
  if (!element) throw new Error(`expected an element for "${selector}", found none`);
  return element;
}

/** Waits for layout, observers and two frames. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((done) => requestAnimationFrame(done));
  flushSync();
}

/** Presses a key on what has the focus. */
export function press(key: string): void {
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
  );
  flushSync();
}

/** Sentences of all accessibility violations inside `root`, contrast included. */
export async function violations(root: HTMLElement): Promise<string[]> {
  await settle();
  const { violations: found } = await axe.run(root, { rules: { region: { enabled: false } } });
  return found.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

/** Red, green, blue and alpha of a canvas at a point given in shares of its size. */
export function pixel(canvas: HTMLCanvasElement, x: number, y: number): number[] {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('expected a 2d canvas context, got none');
  const at = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)] as const;
  return [...context.getImageData(...at, 1, 1).data];
}

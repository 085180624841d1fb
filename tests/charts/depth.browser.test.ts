import { describe, expect, it, vi } from 'vitest';
import Profile from '../../src/charts/depth/Profile.svelte';
import Strip from '../../src/charts/depth/Strip.svelte';
import { doubleStrip, profile, singleStrip } from '../gallery/data';
import { find, press, settle, show, violations } from './page';

const schemes = ['light', 'dark'];
const theme = (scheme: string): void => void (document.documentElement.dataset.theme = scheme);

describe('Strip', () => {
  it('says of two encoders that nothing attends across', async () => {
    const encoders = doubleStrip.filter(({ stage }) => stage !== 'fusion');
    const says = async (modules: typeof doubleStrip) => {
      const root = show(Strip, { modules, label: 'Architecture' }, 900);
      await settle();
      return [...root.querySelectorAll('.section')].map(({ textContent }) => textContent);
    };
    expect(await says(encoders)).toEqual(['two encoders, no attention across']);
    expect(await says(encoders.filter(({ stage }) => stage === 'image'))).toEqual(['one encoder']);
    expect(await says(doubleStrip)).toEqual(['separate encoders', 'fusion by co-attention']);
  });

  it('keeps its marks apart in 36 modules, co-attention among them', async () => {
    const modules = Array.from({ length: 36 }, (_, at): (typeof doubleStrip)[number] => {
      const [queries, keys] = at % 4 < 2 ? (['text', 'text'] as const) : (['text', 'image'] as const);
      return {
        name: `module ${at}`,
        stage: 'fusion',
        layer: Math.floor(at / 2),
        queries: [queries],
        keys: [keys],
      };
    });
    const root = show(Strip, { modules, label: 'Architecture' }, 480);
    await settle();
    const circles = [...root.querySelectorAll<SVGCircleElement>('circle.mark')]
      .map((one) => [one.cx.baseVal.value, one.r.baseVal.value])
      .sort((a, b) => a[0] - b[0]);
    for (let at = 1; at < circles.length; at++) {
      const [[x, r], [before, radius]] = [circles[at], circles[at - 1]];
      if (x > before) expect(x - before).toBeGreaterThan(r + radius);
    }
  });

  it('shows the number of the selected module from the first frame on', () => {
    document.documentElement.dataset.theme = 'light';
    const root = show(Strip, { modules: singleStrip, selected: 2, label: 'Architecture' }, 900);
    const mark = find(root, '.selected .mark');
    expect(getComputedStyle(mark).transitionDuration).toBe('0s');
    expect(getComputedStyle(mark).fill).not.toBe(getComputedStyle(find(root, '.chosen')).fill);
  });

  it('walks by arrow keys in execution order and selects by Enter', async () => {
    const onselect = vi.fn();
    const root = show(Strip, { modules: doubleStrip, selected: 4, label: 'Architecture', onselect });
    await settle();
    find<SVGElement>(root, '[role="button"][tabindex="0"]').focus();
    press('ArrowRight');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('image self 1');
    press('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith(5);
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    for (const modules of [singleStrip, doubleStrip])
      expect(await violations(show(Strip, { modules, selected: 2, label: 'Architecture' }))).toEqual([]);
  });
});

describe('Profile', () => {
  it('puts values where the axis says and names them', async () => {
    const root = show(Profile, {
      points: profile,
      unit: 'share',
      label: 'Profile',
      selected: { attention: 0, head: 0 },
    });
    await settle();
    const dots = [...root.querySelectorAll<SVGCircleElement>('circle')];
    expect(dots).toHaveLength(24);
    const height = (value: number): number => 150 + (24 - 150) * value;
    expect(Number(dots[0].getAttribute('cy'))).toBeCloseTo(height(profile[0].heads[0]!), 3);
    expect(dots[0].getAttribute('aria-label')).toBe(
      `joint 1, head 1: ${Math.round(100 * profile[0].heads[0]!)} %`,
    );
  });

  it('walks by arrow keys and selects by Enter', async () => {
    const onselect = vi.fn();
    const root = show(Profile, { points: profile, unit: 'share', label: 'Profile', onselect });
    await settle();
    find<SVGElement>(root, 'circle[tabindex="0"]').focus();
    press('ArrowRight');
    press('ArrowUp');
    press('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith({ attention: 1, head: 1 });
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(show(Profile, { points: profile, unit: 'share', label: 'Profile' }))).toEqual([]);
  });
});

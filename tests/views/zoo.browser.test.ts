import { beforeEach, describe, expect, it, vi } from 'vitest';
import { flushSync } from 'svelte';
import { listed } from '../../src/state/set/listed';
import { photographic, shipped } from '../../src/architectures/manifest';
import { startEngine } from '../../src/runtime/client';
import { Playground } from '../../src/state/playground.svelte';
import { fetchManifest } from '../../src/state/set/site';
import AnswerView from '../../src/views/answer/AnswerView.svelte';
import GuessView from '../../src/views/answer/GuessView.svelte';
import ModelPicker from '../../src/views/panel/ModelPicker.svelte';
import SimilarityView from '../../src/views/head/SimilarityView.svelte';
import Stages from '../../src/views/panel/Stages.svelte';
import WordsView from '../../src/views/head/WordsView.svelte';
import '../../src/views/page.css';
import { find, press, show, violations } from '../charts/page';
import { makeEngine } from '../state/engine';
import type { HeldEngine } from '../state/engine';
import Within from './Within.svelte';

let engine: HeldEngine;
let playground: Playground;

beforeEach(() => {
  engine = makeEngine();
  playground = new Playground(() => engine);
});

const text = (element: Element) => element.textContent.replaceAll(/\s+/g, ' ').trim();

describe('the picker', () => {
  const open = async () => {
    await playground.panels[0].choose('zoo/vilt-mini');
    const root = show(Within, { playground, view: ModelPicker, props: { panel: playground.panels[0] } }, 720);
    const button = find<HTMLButtonElement>(root, '.model-name button');
    button.focus();
    button.click();
    await vi.waitUntil(() => document.activeElement?.matches('[data-model]'), { timeout: 10_000 });
    const all = shipped.length + photographic.length + listed.length;
    await vi.waitUntil(() => root.querySelectorAll('[data-model]').length === all, { timeout: 10_000 });
    return { root, button };
  };

  it('puts every model in its place with its size and a sentence, and says what else would stand where', async () => {
    const { root } = await open();
    const cell = (row: RegExp, column: string) => {
      const group = [...root.querySelectorAll('.row')].find((one) =>
        row.test(one.getAttribute('aria-label') ?? ''),
      );
      return text(find(group!, `[aria-label="${column}"]`));
    };
    expect(cell(/^self-attention/, 'one stream')).toMatch(/^ViLT-mini \d\.\d MB One transformer reads/);
    expect(cell(/^co-attention/, 'two streams')).toMatch(/^METER-mini \d\.\d MB/);
    expect(cell(/^self-attention/, 'two streams')).toMatch(/^Pixel-BERT-mini .*FLAVA/);
    expect(cell(/^VSE/, 'one stream')).toBe('none by definition');
    expect(await violations(root)).toEqual([]);
  });

  it('has a model in every place that the survey gives one, and one that ships for each way to see a picture', async () => {
    const { root } = await open();
    // Long et al. 2022: VisualBERT and UNITER; Pixel-BERT; LXMERT and ERNIE-ViL; LightningDOT and ALIGN. Encoder-decoders are of the first two.
    const surveyed = [
      ['self-attention', 'one stream'],
      ['self-attention', 'two streams'],
      ['co-attention', 'two streams'],
      ['VSE', 'two streams'],
    ];
    for (const [interaction, stream] of surveyed) {
      const row = [...root.querySelectorAll('.row')].find((one) =>
        one.getAttribute('aria-label')?.startsWith(interaction),
      );
      const cell = find(row!, `[aria-label="${stream}"]`);
      expect(cell.querySelectorAll('button[data-model]').length, `${interaction}, ${stream}`).toBeGreaterThan(
        0,
      );
    }
    const { catalogue } = playground;
    const ways = catalogue.folders.map((folder) => catalogue.manifest(folder)?.visual);
    expect(new Set(ways)).toEqual(new Set(['patch', 'region', 'grid']));
  });

  it('is walked by arrow keys, chosen from by Enter, and gives the focus back', async () => {
    const { root, button } = await open();
    expect(document.activeElement?.getAttribute('aria-current')).toBe('true');
    press('End');
    expect(text(document.activeElement!)).toBe('Open a file');
    press('Home');
    press('ArrowDown');
    expect(text(document.activeElement!)).toMatch(/^UNITER-mini/);
    while (!text(document.activeElement!).startsWith('METER-mini')) press('ArrowDown');
    (document.activeElement as HTMLElement).click();
    await vi.waitUntil(() => playground.panels[0].manifest?.id === 'meter-mini');
    expect(find<HTMLElement>(root, '[popover]').matches(':popover-open')).toBe(false);
    expect(document.activeElement).toBe(button);
    flushSync();
    expect(button.getAttribute('aria-label')).toBe('Model of panel 1: METER-mini');
  });
});

describe('a dual encoder', () => {
  it('shows parts that sum to its score, of a word over patches and of a patch over words', async () => {
    playground = new Playground(() => startEngine({ base: `${location.origin}/`, backend: 'wasm' }));
    const [panel] = playground.panels;
    const [lens] = playground.lenses;
    await panel.choose('tests/oracle/clip-tiny');
    const canvas = new OffscreenCanvas(48, 48);
    canvas.getContext('2d')!.fillRect(10, 10, 20, 20);
    playground.workspace.caption = 'a red circle';
    await playground.workspace.usePicture(await canvas.convertToBlob());
    await playground.runPanel(panel);
    expect(panel.sentence).toBeNull();
    const score = panel.trace!.outputs.match.data[0];
    const sum = (parts: Float32Array) => parts.reduce((total, part) => total + part, 0);
    expect(sum(lens.parts!.overImage)).toBeCloseTo(score, 4);
    expect(sum(lens.parts!.overText)).toBeCloseTo(score, 4);

    playground.selection.selectWord(1);
    expect(sum(lens.parts!.overImage)).toBeCloseTo(lens.parts!.share!, 5);
    expect(sum(lens.parts!.overText)).toBeCloseTo(score, 4);
    playground.selection.selectPoint([0.9, 0.1]);
    expect(sum(lens.parts!.overText)).toBeCloseTo(lens.parts!.share!, 5);

    const props = { panel, lens };
    const root = show(Within, { playground, view: SimilarityView, props });
    expect(text(find(root, 'h3'))).toBe('Similarity, not attention');
    expect(text(root)).toMatch(/patch in row 1, column 4 adds [+−][\d.]+ to the similarity of/);
    expect(await violations(root)).toEqual([]);
    const words = show(Within, { playground, view: WordsView, props });
    expect(text(words)).toContain('patch in row 1, column 4: what each word adds with it');
    const guess = show(Within, { playground, view: GuessView, props });
    expect(text(guess)).toContain('CLIP-tiny was not trained to guess hidden words.');
    expect(words.querySelectorAll('.track.signed')).toHaveLength(5);

    playground.chooseHead(0, { attention: 3, head: 1 });
    expect(lens.parts).toBeNull();
    expect(lens.overImage?.direction).toBe('image queries → image keys');
    playground.chooseHead(0, null);
    expect(lens.parts).not.toBeNull();
  }, 90_000);
});

describe('an answer', () => {
  it('is given by the model that can, with unknown words marked; the other says that it cannot', async () => {
    const [panel, other] = playground.panels;
    await Promise.all([panel.choose('zoo/vilt-mini'), other.choose('tests/oracle/clip-tiny')]);
    const trained = { ...panel.manifest!, answers: ['red', 'two'] };
    trained.tasks = { ...trained.tasks, answer: { output: 'model/x' } };
    engine.open = () =>
      Promise.resolve({ manifest: trained, backend: null!, agreement: null, warning: null, own: null });
    await panel.open();
    const canvas = new OffscreenCanvas(8, 8);
    canvas.getContext('2d')!.fillRect(0, 0, 8, 8);
    await playground.workspace.usePicture(await canvas.convertToBlob());
    playground.question.type('where is the zyx?');
    const asked = playground.question.ask();
    await vi.waitUntil(() => engine.pending.length === 1);
    const root = show(Within, { playground, view: AnswerView, props: { panel } });
    expect(text(root)).toContain('Asking.');
    const { input, resolve } = engine.pending[0];
    const word = (piece: string, unknown = false) => ({
      stream: 'text' as const,
      role: 'word' as const,
      text: piece,
      ...(unknown && { unknown }),
    });
    resolve({
      model: 'vilt-mini',
      caption: input.caption,
      tokens: [word('where'), word('is'), word('zy', true), word('##x', true)],
      attentions: [],
      outputs: {},
      guesses: [],
      answers: [
        { text: 'left', probability: 0.75 },
        { text: 'right', probability: 0.25 },
      ],
      truncatedAt: null,
      timings: { prepare: 0, run: 0, read: 0 },
      backend: { kind: 'wasm', device: '' },
    });
    await asked;
    flushSync();
    expect([...root.querySelectorAll('li')].map(text)).toEqual(['left 75 %', 'right 25 %']);
    expect(text(find(root, 'h3'))).toBe('Answer where is zyx');
    expect([...root.querySelectorAll('.unknown')].map(text)).toEqual(['zy', 'x']);
    expect(await violations(root)).toEqual([]);
    const silent = show(Within, { playground, view: AnswerView, props: { panel: other } });
    expect(text(silent)).toContain('CLIP-tiny was not trained to answer questions.');
  });
});

describe('stages of training', () => {
  it('are stops of a slider, say what they have seen, swap the weights and keep the head', async () => {
    const [panel] = playground.panels;
    await panel.choose('zoo/vilt-mini');
    playground.selection.chooseHead(0, { attention: 4, head: 1 });
    const root = show(Within, { playground, view: Stages, props: { panel } });
    const slider = find<HTMLInputElement>(root, 'input[type="range"]');
    const said = () => find(root, 'output').getAttribute('aria-label');
    await vi.waitFor(() => expect(text(find(root, 'output'))).toBe('100 %'));
    await vi.waitFor(() => expect(said()).toContain('sequences seen'));
    const { training } = await fetchManifest('zoo/vilt-mini-10');
    const seen = `${training?.sequences.toLocaleString('en')} sequences seen`;
    expect([slider.value, said()]).toEqual(['4', expect.stringContaining('100 % of its training, ')]);

    slider.value = '2';
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    slider.dispatchEvent(new Event('change', { bubbles: true }));
    flushSync();
    expect(find(root, 'input[type="range"]')).toBe(slider);
    await vi.waitFor(() => expect(panel.manifest?.id).toBe('vilt-mini-10'));
    expect(said()).toBe(`${Math.round(100 * (training?.share ?? 0))} % of its training, ${seen}`);
    expect(playground.selection.head(0)).toEqual({ attention: 4, head: 1 });
    expect(await violations(root)).toEqual([]);

    await playground.chooseModel(panel, 'zoo/meter-mini');
    expect(playground.selection.head(0)).toBeNull();
    flushSync();
    expect(root.querySelector('input')).toBeNull();
  });
});

import type { Call } from '../../architectures/adapter';
import type { Manifest } from '../../architectures/manifest';
import {
  readBackbone,
  readDetector,
  type Backbone,
  type Detector,
  type Sight,
} from '../../architectures/sight';
import { framePicture } from '../../inputs/frame';
import type { Box, Input, Picture } from '../../trace/trace';
import type { Tell, Weights } from '../model';
import { remember } from '../remember';
import { chosen, found } from './regions';
import { apartFrom, detectIn, featuresOf, storedPixels, type Detected, type Features } from './runs';
import { Sources, type Around, type Open } from './sources';
import { isPhotograph } from './world';

type Needs = NonNullable<Manifest['features']>;

/** What one backbone has seen of one part of a picture; detectors look at it when first asked to. */
interface Look {
  seen: Box;
  features: Features;
  detected: Map<string, Promise<Detected>>;
}

const everything: Box = [0, 0, 1, 1];
/** A picture that is squashed as a whole, until the visitor has chosen a part of it. */
const squashed = { shortest: null, longest: null, multiple: null, crop: null };

/**
 * What backbones and detectors make of pictures. They look at a picture once, whatever is asked about it and by how many models; the last four are
 * remembered. Calls must not overlap, as with everything that runs.
 */
export class Sights {
  /** How often they have looked at a picture; those of references are not counted. */
  readonly counts = { backbone: 0, detector: 0 };
  readonly #backbones: Sources<Backbone>;
  readonly #detectors: Sources<Detector>;
  readonly #stored = new Map<Weights, Promise<Features>>();
  #looks: { picture: Picture; key: string; look: Promise<Look> }[] = [];

  constructor(around: Around) {
    this.#backbones = new Sources(around, readBackbone, ({ manifest, weights }) => {
      const pixels = storedPixels(weights, manifest);
      return Promise.resolve(async (call: Call) => {
        const features = featuresOf(pixels, manifest, call);
        // Detectors and models begin with the same picture: it is not looked at again for each.
        this.#stored.set(weights, features);
        const { coarse, fine } = await features;
        return apartFrom(weights, { coarse: coarse.data, fine: fine.data });
      });
    });
    this.#detectors = new Sources(around, readDetector, async ({ manifest, weights }) => {
      const features = await this.#ofStored(manifest.features.backbone);
      return async (call) => {
        const { boxes, things, nouns } = await detectIn(features, call);
        return apartFrom(weights, { boxes, thing_logits: things, noun_logits: nouns.data });
      };
    });
  }

  /** How often both have looked at a picture. */
  get looks(): number {
    return this.counts.backbone + this.counts.detector;
  }

  /** Downloads what a model reads pictures through, or takes it from the shelf. */
  async load({ backbone, detector }: Needs, tell: Tell): Promise<void> {
    await this.#backbones.load(backbone, tell);
    if (detector) await this.#detectors.load(detector, tell);
  }

  /** Opens what a model reads pictures through. @returns what came of comparing each with PyTorch */
  async open({ backbone, detector }: Needs): Promise<Open<Backbone | Detector>['opened'][]> {
    const sources = [await this.#backbones.open(backbone)];
    const finding = detector ? [await this.#detectors.open(detector)] : [];
    return [...sources, ...finding].map(({ opened }) => opened);
  }

  /** What a model is given of a picture. @throws Error of one sentence for boxes that are none */
  async see({ backbone, detector }: Needs, { picture, crop, boxes }: Input): Promise<Sight> {
    const { seen, features, detected } = await this.#lookAt(backbone, picture, crop);
    if (!detector) return { seen, ...features, regions: [] };
    const { manifest, call } = await this.#detectors.open(detector);
    const answer = await remember(detected, detector, () => {
      this.counts.detector += 1;
      return detectIn(features, call);
    });
    const regions = boxes ? chosen(boxes, seen, answer, manifest) : found(answer, manifest);
    return { seen, ...features, regions };
  }

  /** Whether a picture is like the photographs that models over a backbone were trained on; null where it cannot tell. */
  async judge(backbone: string, { picture, crop }: Input): Promise<boolean | null> {
    const { features } = await this.#lookAt(backbone, picture, crop);
    const { manifest } = await this.#backbones.open(backbone);
    return manifest.world ? isPhotograph(manifest.world, features.coarse) : null;
  }

  /** What a backbone makes of the picture that references hold. */
  async stored({ backbone }: Needs): Promise<Sight> {
    return { seen: everything, ...(await this.#ofStored(backbone)), regions: [] };
  }

  async #ofStored(folder: string): Promise<Features> {
    const { manifest, weights, call } = await this.#backbones.open(folder);
    return remember(this.#stored, weights, () => featuresOf(storedPixels(weights, manifest), manifest, call));
  }

  #lookAt(folder: string, picture: Picture, crop: Box): Promise<Look> {
    const key = `${folder} ${crop.join(' ')}`;
    const known = this.#looks.find((one) => one.picture === picture && one.key === key);
    const now = known ?? { picture, key, look: this.#look(folder, picture, crop) };
    this.#looks = [now, ...this.#looks.filter((one) => one !== now)].slice(0, 4);
    now.look.catch(() => (this.#looks = this.#looks.filter((one) => one !== now)));
    return now.look;
  }

  async #look(folder: string, picture: Picture, crop: Box): Promise<Look> {
    const { manifest, call } = await this.#backbones.open(folder);
    const { size, resample } = manifest.image;
    const { pixels, seen } = framePicture(picture, crop, squashed, size, resample);
    this.counts.backbone += 1;
    return { seen, features: await featuresOf(pixels, manifest, call), detected: new Map() };
  }
}

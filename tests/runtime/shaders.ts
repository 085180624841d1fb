import { beforeAll } from 'vitest';
import { input, model, node, output } from '../onnx/build';
import { ort } from './page';

const smallest = model([input('x', [1]), node('Relu', ['x'], ['y']), output('y', [1])]);

/**
 * A session on WebGPU that stays as long as the page: with its last session the runtime forgets the shaders that it has compiled, which takes most of the
 * time on a software adapter.
 */
beforeAll(() => ort.InferenceSession.create(smallest, { executionProviders: ['webgpu'] }));

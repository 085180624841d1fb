import { input, model, node, output } from '../onnx/build';
import { ort } from './page';

const smallest = model([input('x', [1]), node('Relu', ['x'], ['y']), output('y', [1])]);

/**
 * Opens a session on WebGPU that stays as long as the file runs: with its last session the runtime forgets the shaders that it has compiled, which
 * takes most of the time on a software adapter.
 */
export async function keepShaders(): Promise<void> {
  await ort.InferenceSession.create(smallest, { executionProviders: ['webgpu'] });
}

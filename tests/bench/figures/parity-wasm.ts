import { parity } from '../parity';

export const figure = parity('wasm');

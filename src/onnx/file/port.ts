import { readFields, readText, type Field } from './wire';

/** A graph input, output or annotated inner tensor. `dtype` is ONNX's TensorProto.DataType, 0 when the file does not say. */
export interface Port {
  name: string;
  dtype: number;
  /** A number, the name of a free dimension, or null for one that has neither. `dims` is null when the rank is unknown. */
  dims: (number | string | null)[] | null;
}

/** Reads a ValueInfoProto. Sequences, maps and optional tensors have no dims and the dtype 0. */
export function readPort(bytes: Uint8Array, field: Field): Port {
  const port: Port = { name: '', dtype: 0, dims: null };
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) port.name = readText(bytes, part);
    if (part.number !== 2) continue;
    for (const type of readFields(bytes, part.start, part.end)) {
      if (type.number === 1) readTensorType(bytes, type, port);
    }
  }
  return port;
}

function readTensorType(bytes: Uint8Array, field: Field, port: Port): void {
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) port.dtype = part.value;
    if (part.number !== 2) continue;
    port.dims = [];
    for (const dim of readFields(bytes, part.start, part.end)) {
      if (dim.number === 1) port.dims.push(readDimension(bytes, dim));
    }
  }
}

function readDimension(bytes: Uint8Array, field: Field): number | string | null {
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) return part.value;
    if (part.number === 2) return readText(bytes, part);
  }
  return null;
}

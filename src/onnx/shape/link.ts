import { readSubgraphs } from '../file/attributes';
import type { Graph, GraphNode } from '../file/graph';

/** A graph whose nodes know each other. Graphs inside of nodes are linked as well. */
export interface Linked {
  graph: Graph;
  /** The node that makes a tensor. */
  makers: Map<string, GraphNode>;
  /** The nodes that read a tensor, in execution order, each once. */
  readers: Map<string, GraphNode[]>;
  /** All nodes so that each stands after the makers of what it reads; file order where that already holds. */
  order: GraphNode[];
  /** The graphs inside of a node of If, Loop or Scan. */
  nested: Map<GraphNode, Linked[]>;
  /** Tensors that graphs around this one must have. */
  captured: Set<string>;
}

const deepest = 32;

/**
 * Links a graph and what is nested in it: time and memory grow with the number of names, and nothing recurses but nesting.
 * @throws Error with one sentence when two nodes make one tensor, or nodes wait for each other in a circle
 */
function linkGraph(bytes: Uint8Array, graph: Graph, depth = 0): Linked {
  if (depth > deepest)
    throw new Error(`The graphs of the model lie more than ${deepest} deep inside each other.`);
  const nested = new Map<GraphNode, Linked[]>();
  for (const node of graph.nodes) {
    const inner = readSubgraphs(bytes, node);
    if (inner.length > 0)
      nested.set(
        node,
        inner.map((one) => linkGraph(bytes, one, depth + 1)),
      );
  }
  const makers = findMakers(graph);
  const reads = (node: GraphNode) => {
    const inner = nested.get(node);
    return inner ? [...node.inputs, ...inner.flatMap(({ captured }) => [...captured])] : node.inputs;
  };
  const order = sortNodes(graph.nodes, makers, reads);
  const known = new Set([...graph.weights.keys(), ...makers.keys(), '']);
  for (const input of graph.inputs) known.add(input.name);
  const readers = new Map<string, GraphNode[]>();
  const captured = new Set<string>();
  for (const node of order) {
    for (const name of reads(node)) {
      if (!known.has(name)) captured.add(name);
      const list = readers.get(name);
      if (!list) readers.set(name, [node]);
      else if (list.at(-1) !== node) list.push(node);
    }
  }
  for (const { name } of graph.outputs) if (!known.has(name)) captured.add(name);
  return { graph, makers, readers, order, nested, captured };
}

/**
 * Links the outermost graph of a model.
 * @throws Error with one sentence, as `linkGraph`, and when a node reads a tensor that nothing makes
 */
export function linkModel(model: Graph & { bytes: Uint8Array }): Linked {
  const linked = linkGraph(model.bytes, model);
  const [missing] = linked.captured;
  if (missing === undefined) return linked;
  const reader = linked.readers.get(missing)?.[0];
  const whose = reader ? `its node ${describe(reader)} reads` : 'is one of its outputs';
  throw new Error(`The model has no tensor called ${JSON.stringify(missing)}, which ${whose}.`);
}

/** A node in an error message. */
export function describe({ op, name }: GraphNode): string {
  return name ? `${op} ${JSON.stringify(name)}` : op;
}

function findMakers(graph: Graph): Map<string, GraphNode> {
  const makers = new Map<string, GraphNode>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (makers.has(output))
        throw new Error(`Two nodes of the model make the tensor ${JSON.stringify(output)}.`);
      makers.set(output, node);
    }
  }
  return makers;
}

function sortNodes(
  nodes: readonly GraphNode[],
  makers: ReadonlyMap<string, GraphNode>,
  reads: (node: GraphNode) => readonly string[],
): GraphNode[] {
  const order: GraphNode[] = [];
  const state = new Map<GraphNode, 'open' | 'done'>();
  const stack: { node: GraphNode; names: readonly string[]; at: number }[] = [];
  const open = (node: GraphNode) => {
    state.set(node, 'open');
    stack.push({ node, names: reads(node), at: 0 });
  };
  for (const first of nodes) {
    if (!state.has(first)) open(first);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.at === top.names.length) {
        state.set(top.node, 'done');
        order.push(top.node);
        stack.pop();
        continue;
      }
      const maker = makers.get(top.names[top.at++]);
      if (!maker || state.get(maker) === 'done') continue;
      if (state.get(maker) === 'open')
        throw new Error(`The graph of the model runs in a circle through its node ${describe(maker)}.`);
      open(maker);
    }
  }
  return order;
}

import type { FromGraph } from './from-graph';

export const NODE_WIDTH = 172;
export const NODE_HEIGHT = 22;
const GAP = 6;
/** Between an image and those FROM it: room for lines. */
const CHANNEL = 44;
const MARGIN = 12;
/** Between the trees of two images that are FROM none. */
const TREE_GAP = 14;
const LONE_COLUMNS = 5;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Edge {
  readonly from: number;
  /** Several: a frame around images that nothing is FROM. */
  readonly to: readonly number[];
  readonly path: string;
  /** To an image that is drawn under another of its parents. */
  readonly side: boolean;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<number, Box>;
  readonly frames: readonly Box[];
  readonly edges: readonly Edge[];
  /** The top of what has no FROM among these images; undefined: all have. */
  readonly loneTop: number | undefined;
}

/**
 * Layers from left to right, each image beside the first of those FROM it. Images that nothing is FROM stand framed in several columns, or 300 would be a
 * ribbon. Linear in images and edges.
 */
export function layOutGraph(graph: FromGraph): GraphLayout {
  const places = new Map<number, Box>();
  const frames: Box[] = [];
  const edges: Edge[] = [];
  const all = Array.from({ length: graph.size }, (_, index) => index);
  const isLeaf = (index: number) => graph.mainChildrenOf(index).length === 0;

  const frame = (indices: readonly number[], x: number, y: number, columns: number): Box => {
    const rows = Math.ceil(indices.length / columns);
    for (const [at, index] of indices.entries()) {
      const column = Math.floor(at / rows);
      place(index, x + column * (NODE_WIDTH + GAP), y + (at % rows) * (NODE_HEIGHT + GAP));
    }
    const across = Math.ceil(indices.length / rows);
    return { x, y, width: across * (NODE_WIDTH + GAP) - GAP, height: rows * (NODE_HEIGHT + GAP) - GAP };
  };
  const place = (index: number, x: number, y: number): void => {
    places.set(index, { x, y, width: NODE_WIDTH, height: NODE_HEIGHT });
  };
  const edge = (from: number, to: readonly number[], target: Box): void => {
    const source = places.get(from);
    if (source !== undefined) edges.push({ from, to, path: bracket(source, target), side: false });
  };
  /** Answers the y below all of it. */
  const tree = (index: number, x: number, top: number): number => {
    place(index, x, top);
    const right = x + NODE_WIDTH + CHANNEL;
    const children = graph.mainChildrenOf(index);
    const leaves = children.filter(isLeaf);
    let y = top;
    if (leaves.length > 0) {
      const framed = leaves.length > 1;
      const box = frame(leaves, right, y + (framed ? GAP : 0), columnsOf(leaves.length));
      const outer = framed ? grow(box, GAP) : box;
      if (framed) frames.push(outer);
      edge(index, leaves, outer);
      y = outer.y + outer.height + GAP;
    }
    for (const child of children.filter((one) => !isLeaf(one))) {
      const below = tree(child, right, y);
      const target = places.get(child);
      if (target !== undefined) edge(index, [child], target);
      y = below + GAP;
    }
    return Math.max(y - GAP, top + NODE_HEIGHT);
  };

  let y = MARGIN;
  for (const root of graph.roots.filter((index) => !isLeaf(index))) y = tree(root, MARGIN, y) + TREE_GAP;
  const lone = graph.roots.filter((index) => isLeaf(index) && graph.childrenOf(index).length === 0);
  for (const root of graph.roots.filter((index) => isLeaf(index) && graph.childrenOf(index).length > 0)) {
    place(root, MARGIN, y);
    y += NODE_HEIGHT + TREE_GAP;
  }
  const loneTop = lone.length > 0 ? y : undefined;
  if (lone.length > 0) {
    const box = frame(lone, MARGIN, y + NODE_HEIGHT, LONE_COLUMNS);
    y = box.y + box.height + TREE_GAP;
  }
  for (const index of all) {
    for (const parent of graph.parentsOf(index).filter((one) => one !== graph.mainParentOf(index))) {
      const [source, target] = [places.get(parent), places.get(index)];
      if (source !== undefined && target !== undefined)
        edges.push({ from: parent, to: [index], path: curve(source, target), side: true });
    }
  }
  const boxes = [...places.values(), ...frames];
  const width = boxes.reduce((most, box) => Math.max(most, box.x + box.width), 0) + MARGIN;
  return { width, height: y - TREE_GAP + MARGIN, places, frames, edges, loneTop };
}

function columnsOf(leaves: number): number {
  if (leaves <= 5) return 1;
  return leaves <= 14 ? 2 : leaves <= 36 ? 3 : 4;
}

function grow(box: Box, by: number): Box {
  return { x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by };
}

/** Right, down, right. */
function bracket(source: Box, target: Box): string {
  const y1 = source.y + NODE_HEIGHT / 2;
  const y2 = target.y + Math.min(target.height, NODE_HEIGHT + 2 * GAP) / 2;
  const middle = source.x + source.width + CHANNEL / 2;
  const start = `M${source.x + source.width} ${y1}`;
  return y1 === y2 ? `${start}H${target.x}` : `${start}H${middle}V${y2}H${target.x}`;
}

function curve(source: Box, target: Box): string {
  const [x1, y1] = [source.x + source.width, source.y + NODE_HEIGHT / 2 + 4];
  const [x2, y2] = [target.x, target.y + NODE_HEIGHT / 2];
  const bend = Math.max(30, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

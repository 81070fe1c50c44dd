import fc from 'fast-check';
import { imageResult } from '../../../testing/results';
import { fromGraph, type FromGraph } from './from-graph';
import { layOutGraph, NODE_WIDTH, type Box } from './graph-layout';

const graphOf = (parents: Readonly<Record<string, readonly string[]>>): FromGraph =>
  fromGraph(Object.entries(parents).map(([image, above]) => ({ result: imageResult({ image }), parents: above })));

/** Any images FROM any others, in circles too. */
const anyGraph = fc
  .array(fc.array(fc.nat(30), { maxLength: 3 }), { maxLength: 25 })
  .map((parents) =>
    graphOf(
      Object.fromEntries(parents.map((above, index) => [`i${index}`, [...new Set(above)].map((one) => `i${one}`)])),
    ),
  );
const indices = (graph: FromGraph) => Array.from({ length: graph.size }, (_, index) => index);
const meet = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('fromGraph', () => {
  it('knows parents, children, depth, and where an image is drawn', () => {
    const graph = graphOf({ web: ['node', 'os'], node: ['os'], os: [], alone: [] });
    const names = (list: readonly number[]) => list.map((index) => graph.nameOf(index));
    const at = (name: string) => indices(graph).find((index) => graph.nameOf(index) === name) ?? -1;
    expect(names(graph.roots)).toEqual(['os', 'alone']);
    expect(names(graph.childrenOf(at('os')))).toEqual(['node', 'web']);
    expect(names(graph.mainChildrenOf(at('os')))).toEqual(['node']);
    expect(graph.mainParentOf(at('web'))).toBe(at('node'));
    expect(indices(graph).map((index) => graph.depthOf(index))).toEqual([2, 1, 0, 0]);
  });

  it('has parents that are in no result', () => {
    const graph = graphOf({ web: ['gone'] });
    expect([graph.size, graph.nameOf(1), graph.roots]).toEqual([2, 'gone', [1]]);
  });

  it('ends in whatever circles, and loses no image', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const below = (index: number): readonly number[] => [index, ...graph.mainChildrenOf(index).flatMap(below)];
        expect(graph.roots.flatMap(below).sort((a, b) => a - b)).toEqual(indices(graph));
        for (const index of indices(graph))
          for (const parent of graph.parentsOf(index)) expect(graph.depthOf(parent)).toBeLessThan(graph.depthOf(index));
      }),
    );
  });
});

describe('layOutGraph', () => {
  it('gives each image a place of its own, in the picture, right of what it is FROM', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const { places, width, height, edges } = layOutGraph(graph);
        const all = [...places];
        expect(all.map(([index]) => index).sort((a, b) => a - b)).toEqual(indices(graph));
        for (const [at, [index, box]] of all.entries()) {
          expect(all.slice(at + 1).filter(([, other]) => meet(box, other))).toEqual([]);
          expect(box.x + box.width <= width && box.y + box.height <= height).toBe(true);
          for (const parent of graph.parentsOf(index))
            expect((places.get(parent)?.x ?? 0) + NODE_WIDTH).toBeLessThan(box.x);
        }
        const drawn = edges.flatMap(({ from, to }) => to.map((one) => `${from} ${one}`));
        const wanted = indices(graph).flatMap((index) => graph.parentsOf(index).map((parent) => `${parent} ${index}`));
        expect(drawn.sort()).toEqual(wanted.sort());
      }),
    );
  });

  it('keeps 300 images from being a ribbon', () => {
    const names = Array.from({ length: 300 }, (_, index) => `i${index}`);
    const { width, height } = layOutGraph(
      graphOf(Object.fromEntries(names.map((name, index) => [name, index < 6 ? [] : [`i${index % 6}`]]))),
    );
    expect(width).toBeLessThan(1500);
    expect(height).toBeLessThan(2500);
  });
});

import type { ImageView } from './page-view';

/** Which images of the repository are FROM which. The page's images have the numbers that they have there, parents that it does not have the next ones. */
export interface FromGraph {
  readonly size: number;
  nameOf(index: number): string;
  /** FROM none of them, by name: first those that others are FROM. */
  readonly roots: readonly number[];
  parentsOf(index: number): readonly number[];
  childrenOf(index: number): readonly number[];
  /** The longest way down from an image that is FROM none of them. */
  depthOf(index: number): number;
  /** The deepest parent, under which the image is drawn. */
  mainParentOf(index: number): number | undefined;
  /** By name: whose main parent it is. */
  mainChildrenOf(index: number): readonly number[];
}

export function fromGraph(images: readonly Pick<ImageView, 'result' | 'parents'>[]): FromGraph {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const add = (name: string): number => {
    const index = names.push(name) - 1;
    numbers.set(name, index);
    return index;
  };
  for (const { result } of images) add(result.image);
  const wanted = images.map(({ parents }) => parents.map((name) => numbers.get(name) ?? add(name)));
  const { parents, depths } = withoutCycles(names.map((_, index) => wanted[index] ?? []));
  const children: number[][] = names.map(() => []);
  const byName = (a: number, b: number) => compare(names[a] ?? '', names[b] ?? '') || a - b;
  for (const [index, list] of parents.entries()) for (const parent of list) children[parent]?.push(index);
  for (const list of children) list.sort(byName);
  const depthOf = (index: number) => depths[index] ?? 0;
  const parentsOf = (index: number) => parents[index] ?? [];
  const mainParents = names.map((_, index) =>
    [...parentsOf(index)].sort((a, b) => depthOf(b) - depthOf(a) || byName(a, b)).at(0),
  );
  const childrenOf = (index: number) => children[index] ?? [];
  return {
    size: names.length,
    nameOf: (index) => names[index] ?? '',
    roots: [...names.keys()]
      .filter((index) => parentsOf(index).length === 0)
      .sort((a, b) => Number(childrenOf(a).length === 0) - Number(childrenOf(b).length === 0) || byName(a, b)),
    parentsOf,
    childrenOf,
    depthOf,
    mainParentOf: (index) => mainParents[index],
    mainChildrenOf: (index) => childrenOf(index).filter((child) => mainParents[child] === index),
  };
}

/** nx refuses cycles, a file of results does not: what closes one is left out. */
function withoutCycles(wanted: readonly (readonly number[])[]): {
  readonly parents: readonly (readonly number[])[];
  readonly depths: readonly number[];
} {
  const parents: number[][] = wanted.map(() => []);
  const depths: (number | undefined)[] = wanted.map(() => undefined);
  for (const start of wanted.keys()) {
    const onWay = new Set<number>();
    const stack = [{ index: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1);
      if (top === undefined) break;
      if (depths[top.index] !== undefined) {
        stack.pop();
        continue;
      }
      onWay.add(top.index);
      const parent = wanted[top.index]?.[top.next];
      if (parent === undefined) {
        depths[top.index] = Math.max(-1, ...(parents[top.index] ?? []).map((one) => depths[one] ?? 0)) + 1;
        onWay.delete(top.index);
        stack.pop();
      } else if (onWay.has(parent)) {
        top.next += 1;
      } else if (depths[parent] === undefined) {
        stack.push({ index: parent, next: 0 });
      } else {
        parents[top.index]?.push(parent);
        top.next += 1;
      }
    }
  }
  return { parents, depths: depths.map((depth) => depth ?? 0) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

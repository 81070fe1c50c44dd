import { all, byId, numberOf } from './elements';

const ZOOMS = [0.35, 0.5, 0.7, 0.85, 1, 1.25, 1.6, 2];
const UNZOOMED = 4;
/** More are counted. */
const NAMED = 4;

export interface Graph {
  /** undefined: none. */
  readonly select: (index: number | undefined) => void;
  readonly dim: (shown: ReadonlySet<number>) => void;
}

/** Makes the drawing answer: an image that is selected stands out with all that it is FROM and all that is FROM it. */
export function startGraph(selected: (index: number | undefined) => void): Graph {
  const nodes = [...document.querySelectorAll('#graph .node')];
  const edges = [...document.querySelectorAll('#graph .edge')];
  const ups = new Map(nodes.map((node) => [numberOf(node), numbers(node.getAttribute('data-up'))]));
  const downs = new Map<number, number[]>();
  for (const [index, parents] of ups)
    for (const parent of parents) downs.set(parent, [...(downs.get(parent) ?? []), index]);
  const byNumber = new Map(nodes.map((node) => [numberOf(node), node]));
  const svg = document.getElementById('graph');
  let current: number | undefined;

  const select = (index: number | undefined): void => {
    current = index;
    const above = index === undefined ? new Set<number>() : reach(index, ups);
    const below = index === undefined ? new Set<number>() : reach(index, downs);
    svg?.classList.toggle('selecting', index !== undefined);
    for (const node of nodes) {
      const at = numberOf(node);
      node.classList.toggle('selected', at === index);
      node.classList.toggle('above', above.has(at));
      node.classList.toggle('below', below.has(at));
    }
    for (const edge of edges) {
      const from = Number(edge.getAttribute('data-from'));
      const to = numbers(edge.getAttribute('data-to'));
      const up = above.has(from) && to.some((one) => one === index || above.has(one));
      const down = (from === index || below.has(from)) && to.some((one) => below.has(one));
      edge.classList.toggle('above', up);
      edge.classList.toggle('below', down);
    }
    const node = index === undefined ? undefined : byNumber.get(index);
    node?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    tell(index, [...above], below.size);
    selected(index);
  };

  const nameOf = (index: number): string => byNumber.get(index)?.getAttribute('data-name') ?? '';
  const tell = (index: number | undefined, above: readonly number[], below: number): void => {
    const said = document.getElementById('graph-said');
    if (said === null) return;
    const name = index === undefined ? undefined : byNumber.get(index)?.querySelector('title')?.textContent;
    const anchor = index === undefined ? null : byNumber.get(index)?.getAttribute('data-anchor');
    const open = byId('graph-open');
    open.hidden = anchor === null || anchor === undefined;
    open.setAttribute('href', `#${anchor ?? ''}`);
    said.textContent =
      name === undefined
        ? 'Nothing is selected.'
        : `${name}. FROM ${above.length > NAMED ? count(above.length) : above.map(nameOf).join(', ') || 'none'}; ${count(below)} ${below === 1 ? 'is' : 'are'} FROM it.`;
  };

  svg?.addEventListener('click', (event) => {
    const node = event.target instanceof Element ? event.target.closest('.node') : null;
    const index = node === null ? undefined : numberOf(node);
    select(index === current ? undefined : index);
  });
  if (svg !== null) startZoom(svg);
  return {
    select,
    dim: (shown) => {
      for (const node of nodes) node.classList.toggle('filtered', !shown.has(numberOf(node)));
    },
  };
}

function count(images: number): string {
  return images === 0 ? 'none' : `${String(images)} image${images === 1 ? '' : 's'}`;
}

function numbers(text: string | null): readonly number[] {
  return text === null || text === '' ? [] : text.split(' ').map(Number);
}

function reach(start: number, next: ReadonlyMap<number, readonly number[]>): Set<number> {
  const found = new Set<number>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const one of next.get(at) ?? []) {
      if (found.has(one)) continue;
      found.add(one);
      open.push(one);
    }
  }
  return found;
}

/** By buttons, and by + and - in the drawing, which its scroll bars and arrow keys move. */
function startZoom(svg: HTMLElement): void {
  const region = byId('drawing');
  const [width, height] = [Number(svg.getAttribute('width')), Number(svg.getAttribute('height'))];
  let at = UNZOOMED;
  const scale = (factor: number): void => {
    svg.setAttribute('width', String(width * factor));
    svg.setAttribute('height', String(height * factor));
  };
  const zoom = (by: number): void => {
    at = by === 0 ? UNZOOMED : Math.max(0, Math.min(ZOOMS.length - 1, at + by));
    scale(by === 0 ? Math.min(1, (region.clientWidth - 2) / width) : (ZOOMS[at] ?? 1));
  };
  for (const button of all('[data-zoom]')) {
    button.addEventListener('click', () => {
      zoom(Number(button.dataset.zoom));
    });
  }
  region.addEventListener('keydown', (event) => {
    const by = { '+': 1, '-': -1, '0': 0 }[event.key];
    if (by !== undefined && !event.ctrlKey && !event.metaKey) zoom(by);
  });
}

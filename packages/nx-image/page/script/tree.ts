import { all, numberOf, stepTo } from './elements';
import type { Graph } from './graph';

/** The nested list becomes a tree: https://www.w3.org/WAI/ARIA/apg/patterns/treeview/. Enter and space select, escape selects nothing. Answers what marks the selected. */
export function startTree(graph: () => Graph): (index: number | undefined) => void {
  const tree = document.getElementById('tree');
  if (tree === null) return () => undefined;
  tree.setAttribute('role', 'tree');
  tree.setAttribute('aria-labelledby', 'tree-name');
  const items = all('li', tree);
  // In a tree one selects; the links are for pages without a script.
  for (const link of all('a', tree)) {
    link.tabIndex = -1;
    link.setAttribute('role', 'presentation');
  }
  for (const list of all('ul', tree)) list.setAttribute('role', 'group');
  for (const item of items) {
    item.setAttribute('role', 'treeitem');
    item.setAttribute('aria-selected', 'false');
    item.tabIndex = -1;
    const label = item.querySelector(':scope > .item');
    item.setAttribute('aria-label', (label?.textContent ?? '').trim());
    if (hasChildren(item)) item.setAttribute('aria-expanded', 'true');
  }
  let focused = items[0];
  if (focused !== undefined) focused.tabIndex = 0;
  const focus = (item: HTMLElement | undefined): void => {
    if (item === undefined) return;
    if (focused !== undefined) focused.tabIndex = -1;
    focused = item;
    item.tabIndex = 0;
    item.focus();
  };

  tree.addEventListener('click', (event) => {
    const item = event.target instanceof Element ? event.target.closest('li') : null;
    if (item === null) return;
    event.preventDefault();
    focus(item);
    graph().select(numberOf(item));
  });
  tree.addEventListener('keydown', (event) => {
    const item = event.target instanceof Element ? event.target.closest('li') : null;
    if (item === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (act(event.key, item, graph(), focus, visible(tree))) event.preventDefault();
  });
  return (index) => {
    for (const item of items) {
      const chosen = numberOf(item) === index;
      item.setAttribute('aria-selected', String(chosen));
      if (!chosen) continue;
      reveal(item);
      if (focused !== undefined) focused.tabIndex = -1;
      focused = item;
      item.tabIndex = 0;
      item.querySelector('.item')?.scrollIntoView({ block: 'nearest' });
    }
  };
}

/** Answers whether the key meant anything. */
function act(
  key: string,
  item: HTMLElement,
  graph: Graph,
  focus: (item: HTMLElement | undefined) => void,
  shown: readonly HTMLElement[],
): boolean {
  const at = shown.indexOf(item);
  if (key === 'Enter' || key === ' ') graph.select(numberOf(item));
  else if (key === 'Escape') graph.select(undefined);
  else if (key === 'ArrowRight') {
    if (isClosed(item)) item.setAttribute('aria-expanded', 'true');
    else focus(all('li', item)[0]);
  } else if (key === 'ArrowLeft') {
    if (hasChildren(item) && !isClosed(item)) item.setAttribute('aria-expanded', 'false');
    else focus(item.parentElement?.closest<HTMLElement>('li') ?? undefined);
  } else if (key.length === 1 && /\S/.test(key)) {
    focus([...shown.slice(at + 1), ...shown.slice(0, at)].find((one) => nameOf(one).startsWith(key.toLowerCase())));
  } else {
    const next = stepTo(key, at, shown.length, 'ArrowUp', 'ArrowDown');
    const wraps = next === undefined || (key.startsWith('Arrow') && Math.abs(next - at) !== 1);
    if (next === undefined) return false;
    if (!wraps) focus(shown[next]);
  }
  return true;
}

function nameOf(item: HTMLElement): string {
  return (item.getAttribute('aria-label') ?? '').toLowerCase();
}

function hasChildren(item: HTMLElement): boolean {
  return item.querySelector('ul') !== null;
}

function isClosed(item: HTMLElement): boolean {
  return item.getAttribute('aria-expanded') === 'false';
}

function visible(tree: HTMLElement): readonly HTMLElement[] {
  return all('li', tree).filter((item) => item.parentElement?.closest('li[aria-expanded=false]') === null);
}

function reveal(item: HTMLElement): void {
  for (let above = item.parentElement?.closest('li'); above != null; above = above.parentElement?.closest('li'))
    above.setAttribute('aria-expanded', 'true');
}

import { all, numberOf, stepTo } from './elements';
import type { Graph } from './graph';

/**
 * The nested list becomes a tree: https://www.w3.org/WAI/ARIA/apg/patterns/treeview/. Enter and space select, escape selects nothing. What is focused is the
 * line, not the list item with all that is below it. Answers what marks the selected.
 */
export function startTree(graph: () => Graph): (index: number | undefined) => void {
  const tree = document.getElementById('tree');
  if (tree === null) return () => undefined;
  tree.setAttribute('role', 'tree');
  tree.setAttribute('aria-labelledby', 'tree-name');
  for (const list of all('ul, li', tree)) list.setAttribute('role', 'none');
  addLevel(tree, 1);
  const items = all('.item', tree);
  let focused = items[0];
  if (focused !== undefined) focused.tabIndex = 0;
  const makeReachable = (item: HTMLElement): void => {
    if (focused !== undefined) focused.tabIndex = -1;
    focused = item;
    item.tabIndex = 0;
  };
  const focus = (item: HTMLElement | undefined): void => {
    if (item === undefined) return;
    makeReachable(item);
    item.focus();
  };

  tree.addEventListener('click', (event) => {
    const item = event.target instanceof Element ? event.target.closest<HTMLElement>('.item') : null;
    if (item === null) return;
    focus(item);
    graph().select(numberOf(item));
  });
  tree.addEventListener('keydown', (event) => {
    const item = event.target instanceof Element ? event.target.closest<HTMLElement>('.item') : null;
    if (item === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (act(event.key, item, graph(), focus, visible(items))) event.preventDefault();
  });
  return (index) => {
    for (const item of items) {
      const chosen = numberOf(item) === index;
      item.setAttribute('aria-selected', String(chosen));
      if (!chosen) continue;
      for (let above = parentOf(item); above !== undefined; above = parentOf(above))
        above.setAttribute('aria-expanded', 'true');
      makeReachable(item);
      item.scrollIntoView({ block: 'nearest' });
    }
  };
}

function addLevel(list: Element, level: number): void {
  const entries = [...list.children];
  for (const [at, entry] of entries.entries()) {
    const below = entry.querySelector(':scope > ul');
    const item = entry.querySelector<HTMLElement>(':scope > .item');
    if (item === null) continue;
    const state = { level, setsize: entries.length, posinset: at + 1, selected: false };
    for (const [name, value] of Object.entries(state)) item.setAttribute(`aria-${name}`, String(value));
    item.setAttribute('role', 'treeitem');
    item.tabIndex = -1;
    // In a tree one selects; the links are for pages without a script.
    item.querySelector('a')?.removeAttribute('href');
    if (below === null) continue;
    item.setAttribute('aria-expanded', 'true');
    addLevel(below, level + 1);
  }
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
  const expanded = item.getAttribute('aria-expanded');
  if (key === 'Enter' || key === ' ') graph.select(numberOf(item));
  else if (key === 'Escape') graph.select(undefined);
  else if (key === 'ArrowRight') {
    if (expanded === 'false') item.setAttribute('aria-expanded', 'true');
    else if (expanded === 'true') focus(shown[at + 1]);
  } else if (key === 'ArrowLeft') {
    if (expanded === 'true') item.setAttribute('aria-expanded', 'false');
    else focus(parentOf(item));
  } else if (key === 'ArrowDown' || key === 'ArrowUp') {
    focus(shown[key === 'ArrowDown' ? at + 1 : at - 1]);
  } else if (key.length === 1 && /\S/.test(key)) {
    const others = [...shown.slice(at + 1), ...shown.slice(0, at)];
    focus(others.find((one) => one.textContent.trim().toLowerCase().startsWith(key.toLowerCase())));
  } else {
    const next = stepTo(key, at, shown.length, '', '');
    if (next === undefined) return false;
    focus(shown[next]);
  }
  return true;
}

function parentOf(item: HTMLElement): HTMLElement | undefined {
  return item.parentElement?.parentElement?.parentElement?.querySelector<HTMLElement>(':scope > .item') ?? undefined;
}

function visible(items: readonly HTMLElement[]): readonly HTMLElement[] {
  const shown = new Set<HTMLElement>();
  for (const item of items) {
    const parent = parentOf(item);
    if (parent === undefined || (shown.has(parent) && parent.getAttribute('aria-expanded') === 'true')) shown.add(item);
  }
  return [...shown];
}

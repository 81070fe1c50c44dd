import { all, byId, byKind, numberOf } from './elements';

/** A shorter word would be found in every digest. */
const WHOLE_TEXT_FROM = 8;

/** Filters the images, in all views, by a text and by outcomes; sorts their list. Answers what shows them all again. */
export function startFilter(graphShows: (shown: ReadonlySet<number>) => void): () => void {
  const list = byId('list');
  const images = all('.image', list);
  const bars = all('#timeline-list li');
  const input = byKind('find', HTMLInputElement);
  const clear = byId('clear');
  const lines = new Map(
    images.map((image) => [image, (image.querySelector('summary')?.textContent ?? '').toLowerCase()]),
  );
  const chosen = outcomeButtons(() => {
    apply();
  });

  const matches = (image: HTMLElement, text: string): boolean => {
    if (chosen.size > 0 && !chosen.has(image.dataset.outcome ?? '')) return false;
    if (text === '' || lines.get(image)?.includes(text) === true) return true;
    return text.length >= WHOLE_TEXT_FROM && image.textContent.toLowerCase().includes(text);
  };
  const apply = (): void => {
    const text = input.value.trim().toLowerCase();
    const shown = new Set<number>();
    for (const image of images) {
      image.hidden = !matches(image, text);
      if (!image.hidden) shown.add(numberOf(image));
    }
    for (const bar of bars) bar.hidden = !shown.has(numberOf(bar));
    graphShows(shown);
    const filtered = text !== '' || chosen.size > 0;
    for (const folded of all('#timeline-list details')) {
      folded.hidden = all('li:not([hidden])', folded).length === 0;
      if (filtered) folded.setAttribute('open', '');
    }
    clear.hidden = !filtered;
    byId('shown').textContent = filtered
      ? `${shown.size === 0 ? 'None' : String(shown.size)} of ${String(images.length)} images`
      : `${String(images.length)} images`;
  };
  const reset = (): void => {
    input.value = '';
    for (const button of all('#counts button[aria-pressed=true]')) button.click();
    apply();
  };

  input.addEventListener('input', apply);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') reset();
  });
  clear.addEventListener('click', () => {
    reset();
    input.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('input, select, textarea') !== null) return;
    event.preventDefault();
    input.focus();
  });
  startSorting(list, images);
  apply();
  return reset;
}

/** The counts of outcomes become buttons. */
function outcomeButtons(changed: () => void): ReadonlySet<string> {
  const chosen = new Set<string>();
  for (const item of all('#counts > li')) {
    const outcome = item.dataset.outcome ?? '';
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-pressed', 'false');
    button.title = `Show ${outcome.replace('-', ' ')} images alone`;
    button.append(...item.childNodes);
    item.append(button);
    button.addEventListener('click', () => {
      if (!chosen.delete(outcome)) chosen.add(outcome);
      button.setAttribute('aria-pressed', String(chosen.has(outcome)));
      changed();
    });
  }
  return chosen;
}

function startSorting(list: HTMLElement, images: readonly HTMLElement[]): void {
  const select = byKind('sort', HTMLSelectElement);
  const nameOf = (image: HTMLElement): string => image.querySelector('h3')?.textContent ?? '';
  const largest = (key: 'seconds' | 'size') => (a: HTMLElement, b: HTMLElement) =>
    Number(b.dataset[key]) - Number(a.dataset[key]);
  const orders: Readonly<Record<string, (a: HTMLElement, b: HTMLElement) => number>> = {
    outcome: (a, b) => numberOf(a) - numberOf(b),
    name: (a, b) => (nameOf(a) < nameOf(b) ? -1 : 1),
    seconds: largest('seconds'),
    size: largest('size'),
  };
  const sort = (): void => {
    const order = orders[select.value];
    if (order !== undefined) list.append(...[...images].sort(order));
  };
  select.addEventListener('change', sort);
  // A browser that goes back keeps what was chosen.
  if (select.value !== 'outcome') sort();
}

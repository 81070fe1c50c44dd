/** The element of the page with that id; the page and its script are made together. */
export function byId(id: string): HTMLElement {
  return byKind(id, HTMLElement);
}

export function byKind<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no #${id}`);
  return element;
}

export function all(selector: string, within: ParentNode = document): readonly HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(selector)];
}

/** Of an element that stands for an image. */
export function numberOf(element: Element): number {
  return Number(element.getAttribute('data-n'));
}

/** For who does not see what changed. */
export function say(text: string): void {
  byId('said').textContent = text;
}

/** Moves among the elements by arrow keys, Home and End; undefined: another key. */
export function stepTo(key: string, at: number, length: number, back: string, on: string): number | undefined {
  if (key === on) return (at + 1) % length;
  if (key === back) return (at + length - 1) % length;
  if (key === 'Home') return 0;
  return key === 'End' ? length - 1 : undefined;
}

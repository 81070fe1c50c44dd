import { html, trusted, type Html } from './html';
import type { ImageOutcome } from './page-view';

/** Shapes of 12 × 12, told apart without colour. */
const SHAPES: Readonly<Record<ImageOutcome, string>> = {
  failed: '<path d="M2.5 2.5l7 7m0-7l-7 7"/>',
  'timed out': '<circle cx="6" cy="6" r="4.5"/><path d="M6 3.2V6l2 1.6"/>',
  cancelled: '<circle cx="6" cy="6" r="4.5"/><path d="M2.9 9.1l6.2-6.2"/>',
  skipped: '<path d="M1.5 2.5L5.5 6l-4 3.5m4.5-7L10 6 6 9.5"/>',
  built: '<path d="M1.8 6.4l2.8 2.8L10.3 3"/>',
  reused: '<path d="M10 4.3A4.5 4.5 0 1 0 10.4 7M10.3 1.5v3H7.3"/>',
  prepared: '<circle cx="6" cy="6" r="4"/>',
};

/** Once in a page: what the marks show. */
export function outcomeShapes(): Html {
  const symbols = Object.entries(SHAPES).map(
    ([outcome, shape]) => `<symbol id="mark-${classOf(outcome)}" viewBox="0 0 12 12">${shape}</symbol>`,
  );
  return trusted(`<svg class="shapes" aria-hidden="true" focusable="false">${symbols.join('')}</svg>`);
}

/** Shape and word. */
export function outcomeMark(outcome: ImageOutcome): Html {
  return html`<span class="mark ${classOf(outcome)}">${outcomeShape(outcome)}${outcome}</span>`;
}

/** The shape alone, where the word stands beside it or is said otherwise. */
export function outcomeShape(outcome: ImageOutcome): Html {
  return trusted(`<svg class="shape" aria-hidden="true"><use href="#mark-${classOf(outcome)}"/></svg>`);
}

export function classOf(outcome: string): string {
  return outcome.replace(' ', '-');
}

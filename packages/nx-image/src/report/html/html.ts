import { printable } from '../printable';

/** Markup that may stand in a page. Only `html` and `trusted` make it, so every other text is escaped on its way in. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What a template takes: text is escaped, markup and lists of it go in, undefined and false leave nothing. */
export type Part = string | number | Html | readonly Part[] | undefined | false;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for values of attributes in quotes. Control characters and marks that turn the direction of text are shown, halves of characters replaced. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Attributes are written with quotes around them; nothing stands in scripts, styles, comments or names. Line ends of the template are spaces, as in HTML. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => text.replace(/\s*\n\s*/g, ' ') + markupOf(parts[index])).join(''));
}

/** Markup written here by hand, or made of numbers; never of data. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'number') return String(part);
  return typeof part === 'string' ? escapeHtml(part) : part.map(markupOf).join('');
}

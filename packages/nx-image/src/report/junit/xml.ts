import { printable } from '../printable';

/** What an attribute or an element may hold: https://www.w3.org/TR/xml/#charsets allows no other characters, not even as entities. */
function allowed(text: string): string {
  return printable(text).replace(/\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd');
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function xmlText(text: string): string {
  return allowed(text).replace(/[&<>]/g, (character) => ESCAPES[character] ?? '');
}

/** With its quotes. Line ends as entities: a parser makes blanks of others. */
function attribute(text: string): string {
  const escaped = allowed(text).replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
  return `"${escaped.replace(/[\n\t]/g, (blank) => `&#${blank.charCodeAt(0)};`)}"`;
}

/** undefined attributes are left out; `inside` is markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  inside: readonly string[] = [],
): string {
  const all = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}=${attribute(String(value))}`);
  return inside.length === 0 ? `<${name}${all.join('')}/>` : `<${name}${all.join('')}>${inside.join('')}</${name}>`;
}

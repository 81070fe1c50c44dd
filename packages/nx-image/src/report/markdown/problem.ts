import type { ResultError } from '../result';
import { code, fence } from './escape-markdown';

/** How much of a builder's output stands here; all of it is in the log. */
const OUTPUT_LINES = 40;

/** An error, folded. `what` it is about is Markdown. */
export function problem(what: string, { code: name, message, where, hint, output, log }: ResultError): string {
  const said = [where === undefined ? '' : `${where}: ${message}`, where === undefined ? message : '', hint ?? ''];
  return [
    `<details><summary>${what} ${code(name)}</summary>\n`,
    ...said
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.trim() !== '')
      .map((line) => `${code(line)}<br>`),
    ...(output.length === 0 ? [] : [fence(output.slice(-OUTPUT_LINES))]),
    ...(log === undefined ? [] : [`log: ${code(log)}\n`]),
    '</details>',
  ].join('\n');
}

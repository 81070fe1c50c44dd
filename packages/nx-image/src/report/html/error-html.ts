import { printableLine } from '../printable';
import type { ResultError } from '../result';
import { copyable } from './copyable';
import { html, type Html } from './html';
import { outcomeMark } from './outcome-mark';
import type { ImageOutcome } from './page-view';

/** How much of a builder's output stands in the page; all of it is in the log. */
const OUTPUT_LINES = 40;

/** @param what the step that ended so */
export function errorHtml(what: string, outcome: ImageOutcome, error: ResultError): Html {
  const left = error.output.length - OUTPUT_LINES;
  const output = error.output.slice(-OUTPUT_LINES).map((line) => line.trimEnd());
  return html`<section class="error">
    <h4>${outcomeMark(outcome)} ${what}: <code>${error.code}</code></h4>
    <p>${error.where !== undefined && html`<code>${printableLine(error.where)}</code>: `}${lines(error.message)}</p>
    ${error.hint !== undefined && html`<p class="hint"><strong>What to do:</strong> ${lines(error.hint)}</p>`}
    ${
      output.length > 0 &&
      html`<figure>
        <figcaption>${left > 0 ? `The last ${OUTPUT_LINES} lines of output` : 'Output'}</figcaption>
        <pre tabindex="0" role="group" aria-label="Output of ${what}">${output.join('\n')}</pre>
      </figure>`
    }
    ${error.log !== undefined && html`<p>Log: ${copyable(error.log)}</p>`}
  </section>`;
}

/** Of a message there are several where several problems of a file are one result. */
function lines(text: string): readonly Html[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => html`${index > 0 && html`<br />`}${printableLine(line)}`);
}

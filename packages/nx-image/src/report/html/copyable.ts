import { html, type Html } from './html';

/** A text with a button that copies it; without a script there is the text alone. */
export function copyable(text: string): Html {
  return html`<span class="copyable"
    ><code>${text}</code><button type="button" class="copy" aria-label="Copy ${text}">Copy</button></span
  >`;
}

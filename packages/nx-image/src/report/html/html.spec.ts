import fc from 'fast-check';
import { escapeHtml, html, trusted } from './html';

/** What a browser makes of the text again: https://html.spec.whatwg.org/multipage/parsing.html#character-reference-state */
function unescape(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => names[name] ?? '');
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      '`',
      '=',
      '/',
      '-',
      '!',
      '\n',
      '\0',
      '\u2028',
      '\ud800',
      'amp;',
      '&lt;',
      'script',
    ),
  }),
);

describe('html', () => {
  it('leaves nothing of a text that ends text or an attribute in quotes', () => {
    fc.assert(
      fc.property(text, (value) => {
        const { markup } = html`<p title="${value}">${value}</p>`;
        const [, attribute = '', content = ''] = /^<p title="([^"<>]*)">([^"'<>]*)<\/p>$/.exec(markup) ?? [];
        expect(attribute).toBe(content);
        expect(attribute).toBe(escapeHtml(value));
      }),
    );
  });

  it('lets the text be read as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        // eslint-disable-next-line no-control-regex -- they are shown by their numbers
        fc.pre(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/.test(value));
        expect(unescape(escapeHtml(value))).toBe(value);
      }),
    );
  });

  it('shows control characters, turned directions and halves of characters', () => {
    expect(escapeHtml('a\0b\u001b[2Jc\u202ed\ud800e')).toBe('a\\x00b\\x1b[2Jc\\u202ed\ufffde');
  });

  // Under its own name it would be formatted.
  const template = html;

  it('puts in markup and lists as they are, and nothing for undefined and false', () => {
    const items = ['a', '<b>'].map((item) => template`<li>${item}</li>`);
    expect(template`<ul>${items}</ul>${undefined}${false}${0}${trusted('<hr>')}`.markup).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>0<hr>',
    );
  });

  it('makes a space of a line end of the template, and keeps those of texts', () => {
    expect(
      template`<p
    >${'a\n  b'}
    </p>`.markup,
    ).toBe('<p >a\n  b </p>');
  });
});

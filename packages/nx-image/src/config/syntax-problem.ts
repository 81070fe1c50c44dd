import type { Document, Node, YAMLError } from 'yaml';
import { yamlPackage } from './yaml-package';

/** A problem of the YAML itself. */
export interface YamlProblem {
  readonly offset: number;
  readonly code: 'CONFIG_SYNTAX' | 'CONFIG_TOO_LARGE';
  readonly what: string;
  readonly hint: string;
}

type Words = Pick<YamlProblem, 'what' | 'hint'>;

const BALANCE: Words = { what: 'this is not expected here', hint: 'Quote the whole text, or balance the brackets.' };

const BAD_INDENT: Words = {
  what: 'the indentation fits nothing above',
  hint: 'Give all keys or items of one level the same indentation.',
};

const NO_KEY: Words = {
  what: 'a key has no colon, or reaches over lines',
  hint: 'Write `key: value`, with a space after the colon.',
};

/** By the parser's codes; those that are missing here keep its message. */
const WORDS: Readonly<Record<string, Words>> = {
  TAB_AS_INDENT: { what: 'a tab is used as indentation', hint: 'Indent by spaces: YAML allows no tabs there.' },
  MULTIPLE_DOCS: { what: 'a second document begins here', hint: 'Keep one document in a file: remove the line `---`.' },
  BAD_INDENT,
  BLOCK_AS_IMPLICIT_KEY: {
    what: 'a colon and a space make a second mapping in one line',
    hint: 'Put text that holds `: ` between quotes.',
  },
  MULTILINE_IMPLICIT_KEY: NO_KEY,
  BAD_SCALAR_START: { what: 'plain text cannot begin with this character', hint: 'Put the text between quotes.' },
  BAD_DQ_ESCAPE: { what: 'this escape is none in YAML', hint: 'Write `\\\\` for a backslash, or use single quotes.' },
  TAG_RESOLVE_FAILED: { what: 'YAML tags are not read', hint: 'Write the value without its `!tag`.' },
  RESOURCE_EXHAUSTION: {
    what: 'the values are nested too deeply',
    hint: 'Keep to keys, lists and mappings as the documentation has them.',
  },
  BAD_DIRECTIVE: { what: 'YAML directives are not read', hint: 'Remove the line that begins with `%`.' },
  UNEXPECTED_TOKEN: BALANCE,
};

/** The parser's error in our words, at the place that mends it. */
export function syntaxProblem(error: YAMLError, document: Document, text: string): YamlProblem {
  const at = error.pos[0];
  const unclosed = /^Missing closing|and end with a [\]}]$/.test(error.message)
    ? openerBefore(document, at)
    : undefined;
  if (unclosed !== undefined) {
    const what = yamlPackage().isCollection(unclosed) ? 'this bracket is not closed' : 'this quote is not closed';
    const hint = 'Close it where the value ends.';
    return { offset: unclosed.range?.[0] ?? at, code: 'CONFIG_SYNTAX', what, hint };
  }
  // How deep the parser gets depends on the machine's stack.
  const offset = error.code === 'RESOURCE_EXHAUSTION' ? text.lastIndexOf('\n', at - 1) + 1 : skipSpaces(text, at);
  return { offset, code: 'CONFIG_SYNTAX', ...wordsOf(error) };
}

function wordsOf({ code, message }: YAMLError): Words {
  if (message.startsWith('A block sequence may not')) return BAD_INDENT;
  if (message.startsWith('Implicit map keys need')) return NO_KEY;
  return WORDS[code] ?? { what: parserWords(message), hint: 'See https://yaml.org/spec/1.2.2/ for what YAML allows.' };
}

function skipSpaces(text: string, offset: number): number {
  let end = offset;
  while (text[end] === ' ') end += 1;
  return end;
}

/** The innermost quote or bracket that is still open at the offset: there it is to be mended, not where the file ends. */
function openerBefore(document: Document, offset: number): Node | undefined {
  const { isCollection, isScalar, visit } = yamlPackage();
  let opener: Node | undefined;
  visit(document, {
    Node(_, node) {
      const [start, , end] = node.range ?? [0, 0, 0];
      const opens = isCollection(node)
        ? node.flow === true
        : isScalar(node) && (node.type?.startsWith('QUOTE') ?? false);
      if (opens && start < offset && end >= offset) opener = node;
    },
  });
  return opener;
}

function parserWords(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

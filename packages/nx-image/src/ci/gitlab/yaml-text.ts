import { yamlPackage } from '../../config/yaml-package';

/** What YAML does not take as it is, or takes for a line end, where strings are quoted. */
const ESCAPED = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** Printable lines that end with a line end, and begin with what is no indentation: a literal block holds them as they are. */
const BLOCK = /^[^\s\p{Cc}\p{Cf}\p{Co}\p{Cn}](?:[^\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]|[\t\n])*\S\n$/u;

/** Any value as YAML that its versions 1.1 (GitLab's) and 1.2 read the same: strings are in quotes, or literal blocks where they are several lines. */
export function yamlText(value: unknown): string {
  const { Document, Scalar, visit } = yamlPackage();
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (key, node) => {
      if (typeof node.value !== 'string' || key === 'key') return;
      node.type = BLOCK.test(node.value) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({ lineWidth: 0, defaultKeyType: 'PLAIN', directives: false });
  return text.replace(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

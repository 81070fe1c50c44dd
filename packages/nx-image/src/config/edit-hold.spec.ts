import { withHold } from './edit-hold';

const OLD = 'web-20261119-0a0b0c0';
const NEW = 'web-20261120-1a2b3c4';

describe('withHold', () => {
  it.each([
    ['a plain file', 'platforms: [linux/amd64]\n', `platforms: [linux/amd64]\nhold: ${NEW}\n`],
    ['an empty file', '', `hold: ${NEW}\n`],
    ['comments alone', '# nothing\n', `# nothing\nhold: ${NEW}\n`],
    ['no newline at the end', 'epoch: 2', `epoch: 2\nhold: ${NEW}\n`],
    ['CRLF', 'epoch: "2"\r\n# why\r\n', `epoch: "2"\r\n# why\r\nhold: ${NEW}\r\n`],
    ['a byte order mark', '\ufeffepoch: 2\n', `\ufeffepoch: 2\nhold: ${NEW}\n`],
    ['an end marker', 'epoch: 2\n...\n', `epoch: 2\nhold: ${NEW}\n...\n`],
    ['a document marker', '---\nepoch: 2\n', `---\nepoch: 2\nhold: ${NEW}\n`],
    ['braces', '{ epoch: 2 }\n', `{ epoch: 2 , hold: ${NEW} }\n`],
    ['empty braces', '{}\n', `{ hold: ${NEW} }\n`],
    ['a block text at the end', 'description: |\n  Two\n  lines\n', `description: |\n  Two\n  lines\nhold: ${NEW}\n`],
    ['another version', `# a\nhold: ${OLD} # b\nepoch: 2\n`, `# a\nhold: ${NEW} # b\nepoch: 2\n`],
    ['another version in quotes', `hold: '${OLD}'\nepoch: 2\n`, `hold: ${NEW}\nepoch: 2\n`],
    ['the same version', `hold: "${NEW}"   # b\n`, `hold: "${NEW}"   # b\n`],
    ['a version of a variant', `hold: web-debug-20261119-0a0b0c0\n`, `hold: [web-debug-20261119-0a0b0c0, ${NEW}]\n`],
    ['variants', `variants:\n  debug: { target: d }\n`, `variants:\n  debug: { target: d }\nhold: ${NEW}\n`],
    ['a list', `hold: [${OLD}, web-debug-20261119-0a0b0c0]\n`, `hold: [web-debug-20261119-0a0b0c0, ${NEW}]\n`],
    [
      'a list of lines',
      `hold:\n  - ${OLD}\n  - web-debug-20261119-0a0b0c0\nepoch: 2\n`,
      `hold:\n  [web-debug-20261119-0a0b0c0, ${NEW}]\nepoch: 2\n`,
    ],
    ['a hold that says nothing', 'hold:\nepoch: 2\n', `hold: ${NEW}\nepoch: 2\n`],
  ])('%s', (_, text, expected) => {
    expect(withHold(text, 'web', NEW)).toBe(expected);
  });

  it.each([
    ['what is no config', 'nonsense: 1\n'],
    ['what is no YAML', 'a: [\n'],
    ['two documents', 'epoch: 2\n---\nepoch: 3\n'],
  ])('leaves %s alone', (_, text) => {
    expect(withHold(text, 'web', NEW)).toBeUndefined();
  });
});

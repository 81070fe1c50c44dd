import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const CHECKOUT = join(__dirname, '../../../..');

/** What people read to use hephy, relative to the checkout. */
export const USERS_PAGES: readonly string[] = [
  'README.md',
  'packages/nx-image/README.md',
  ...readdirSync(join(CHECKOUT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function readPage(page: string): string {
  return readFileSync(join(CHECKOUT, page), 'utf8');
}

/** Lines of each fenced block of a language, in the order of the page. */
export function fencedBlocks(markdown: string, language: string): string[][] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter((match) => match[1] === language)
    .map((match) => (match[2] ?? '').trimEnd().split('\n'));
}

export interface DocumentedCommand {
  readonly line: string;
  /** Why no test runs it, as the page's source says. */
  readonly notRun?: string;
}

/** `docker run` alone is the name of something. */
const PROGRAMS = /^(?:[A-Z_]+=\S+ )*(?:(?:apt-get|node|npm|npx|sudo) \S|(?:docker|git|podman) \S+ \S)/;
/** `<name>` and `…` stand for what the reader knows. */
const PATTERN = /<[a-z_]+>|…/;

/**
 * What a page tells people to type: lines of `sh` blocks, of scripts in `yaml` blocks, and code within text that begins with a program, in the order of the page.
 * `<!-- not run: why -->` exempts what the next line, or the block that begins there, holds; `<!-- not run: \`command\`: why -->` that command wherever the page has it.
 */
export function documentedCommands(markdown: string): DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  let language: string | undefined;
  let exemption: string | undefined;
  const named = new Map(
    [...markdown.matchAll(/^<!-- not run: `([^`]+)`: (.+) -->$/gm)].map(([, line, why]) => [line, why]),
  );
  for (const line of markdown.split('\n')) {
    const comment = /^<!-- not run: ([^`].+) -->$/.exec(line)?.[1];
    const fence = /^```(\w*)$/.exec(line)?.[1];
    if (comment !== undefined) exemption = comment;
    else if (fence !== undefined) {
      if (language !== undefined) exemption = undefined;
      language = language === undefined ? fence : undefined;
    } else if (line !== '' && !line.startsWith('<!--')) {
      for (const found of commandsIn(line, language)) {
        const notRun = named.get(found) ?? exemption;
        commands.push({ line: found, ...(notRun === undefined ? {} : { notRun }) });
      }
      if (language === undefined) exemption = undefined;
    }
  }
  return commands;
}

function commandsIn(line: string, language: string | undefined): string[] {
  if (language === 'sh') return line.startsWith('#') || line === '' ? [] : [line.replace(/ +#.*$/, '')];
  const candidates =
    language === undefined
      ? [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
      : [/^\s*- (.*)$/.exec(line)?.[1] ?? ''];
  return candidates.filter((text) => PROGRAMS.test(text) && !PATTERN.test(text));
}

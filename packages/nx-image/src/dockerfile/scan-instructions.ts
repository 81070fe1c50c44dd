import { HephyError } from '../errors/hephy-error';
import { findHeredocs } from './find-heredocs';
import type { Instruction, Piece } from './instruction';
import { WordError } from './lex-word';
import { splitInstruction } from './split-instruction';
import { skipSpace } from './white-space';

export interface ScannedDockerfile {
  readonly instructions: readonly Instruction[];
  /** The escape character: a backslash, or a backtick by `# escape=`. */
  readonly escape: string;
  /** What `# syntax=` names, and where that line begins. */
  readonly syntax: { readonly value: string; readonly offset: number } | undefined;
}

/** As the parser of buildkit, and with it Kaniko, has it: bytes. */
const MAX_LINE = 65_535;
const DIRECTIVE = /^#[\t-\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=[\t\f\r ]*([^\t\f\r ].*)$/;
const DIRECTIVES = ['syntax', 'escape', 'check'];

/**
 * The instructions of a Dockerfile, joined and split as buildkit's frontend/dockerfile/parser/parser.go does, which Kaniko compiles in.
 * Other parsers take `<<` inside quotes for a here-document and lose the stages behind it.
 */
export function scanInstructions(text: string, path: string): ScannedDockerfile {
  const instructions: Instruction[] = [];
  const seen = new Set<string>();
  let escape = '\\';
  let syntax: ScannedDockerfile['syntax'];
  let directives = true;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 0;

  const fail = (message: string, where: number, hint: string): never => {
    throw new HephyError('DOCKERFILE_INVALID', message, { where: { file: path, line: where }, hint });
  };

  /** The next line without its end, and where it begins; undefined at the end of the file. */
  function nextLine(): { content: string; start: number } | undefined {
    if (at >= text.length) return undefined;
    const start = at;
    const newline = text.indexOf('\n', at);
    at = newline < 0 ? text.length : newline + 1;
    line++;
    let end = newline < 0 ? text.length : newline;
    if (end - start > MAX_LINE / 3 && Buffer.byteLength(text.slice(start, end)) > MAX_LINE)
      fail('a line is longer than 64 KiB', line, 'Break the line, or COPY its content from a file.');
    while (end > start && text.charAt(end - 1) === '\r') end--;
    return { content: text.slice(start, end), start };
  }

  /** Whether more directives may follow. */
  function readDirective(content: string, offset: number): boolean {
    const [, name = '', value = ''] = DIRECTIVE.exec(content.trimEnd()) ?? [];
    const known = name.toLowerCase();
    if (!DIRECTIVES.includes(known)) return false;
    if (seen.has(known)) fail(`the directive ${known} stands here twice`, line, 'Leave one of them out.');
    seen.add(known);
    if (known === 'syntax') syntax = { value: value.trim(), offset };
    if (known !== 'escape') return true;
    if (value !== '\\' && value !== '`')
      fail('the escape character is neither \\ nor `', line, 'Write # escape=\\ or # escape=`.');
    escape = value;
    return true;
  }

  for (let read = nextLine(); read !== undefined; read = nextLine()) {
    const indent = skipSpace(read.content);
    const content = read.content.slice(indent);
    directives &&= readDirective(content, read.start + indent);
    if (content === '' || content.startsWith('#')) continue;

    const first = line;
    const pieces: Piece[] = [];
    let logical = '';
    let part: { content: string; start: number } | undefined = { content, start: read.start + indent };
    while (part !== undefined) {
      const kept = withoutContinuation(part.content, escape);
      if (kept !== '' || kept === part.content) pieces.push({ at: logical.length, source: part.start });
      logical += kept;
      if (kept === part.content) break;
      do part = nextLine();
      while (part !== undefined && /^(?:#|$)/.test(part.content.slice(skipSpace(part.content))));
    }

    const split = splitInstruction(logical, pieces, first, escape);
    if (split.keyword === '') continue;
    let heredocs: ReturnType<typeof findHeredocs>;
    try {
      heredocs = findHeredocs(split);
    } catch (error) {
      if (error instanceof WordError)
        fail(`a here-document's name cannot be read: ${error.message}`, first, 'Write <<EOF or <<"EOF".');
      throw error;
    }
    let firstLine: string | undefined;
    for (const heredoc of heredocs) {
      let body = nextLine();
      firstLine ??= body?.content;
      while (body !== undefined && (heredoc.chomp ? body.content.replace(/^\t+/, '') : body.content) !== heredoc.name)
        body = nextLine();
      if (body === undefined)
        fail(
          `the here-document ${heredoc.name} does not end`,
          first,
          `End it with a line that is ${heredoc.name} and nothing else.`,
        );
    }
    const [only] = heredocs;
    const { start, end } = split.arguments;
    const script =
      only !== undefined && split.keyword === 'RUN' && /^\d*<<-?[^<\s]*$/.test(split.text.slice(start, end))
        ? { script: { ...only, firstLine: firstLine === only.name ? '' : (firstLine ?? '') } }
        : {};
    instructions.push({ ...split, heredocs: heredocs.length > 0, ...script });
  }
  return { instructions, escape, syntax };
}

/** The line without its continuation character; the same string where it has none. Two escapes at the end are no continuation. */
function withoutContinuation(content: string, escape: string): string {
  let end = content.length;
  while (end > 0 && (content.charAt(end - 1) === ' ' || content.charAt(end - 1) === '\t')) end--;
  if (content.charAt(end - 1) !== escape || (end > 1 && content.charAt(end - 2) === escape)) return content;
  return content.slice(0, end - 1);
}

import { HephyError } from '../errors/hephy-error';
import { nearest } from '../config/nearest';
import type { ArgScope } from './arg-scope';
import type { ReadOptions } from './dockerfile';
import { findDownload, type Download, type UnreadDownload } from './find-downloads';
import { findCopyMention, readMounts, type Mention } from './find-mentions';
import type { Instruction } from './instruction';
import { findFlagProblem } from './known-flags';
import { WordError } from './lex-word';
import { nameBase, readFrom, type FromLine, type NamedBase } from './read-from';
import { splitArg, type ArgDeclaration } from './split-arg';

/** A stage as written, nothing resolved. */
export interface WrittenStage {
  readonly from: FromLine;
  readonly line: number;
  readonly declaredArgs: readonly string[];
  readonly body: StagePart;
  /** What ONBUILD holds: it counts in the stages that are FROM this one. */
  readonly triggers: StagePart;
}

export interface StagePart {
  readonly instructions: readonly Instruction[];
  readonly mentions: readonly ScopedMention[];
  /** Line of the first RUN. */
  readonly run: number | undefined;
  readonly writesContext: boolean;
  /** `ADD --checksum=…`. */
  readonly downloads: readonly (Download | UnreadDownload)[];
}

export interface ScopedMention extends Mention {
  /** What its variables come to where it stands; undefined: it has none. */
  readonly named: NamedBase | undefined;
}

const KEYWORDS =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR';
const KNOWN = new Set(KEYWORDS.split(' '));

/** The stages of a Dockerfile and the args before them. Throws DOCKERFILE_INVALID for what no builder takes. */
export function readStages(
  instructions: readonly Instruction[],
  globalScope: ArgScope,
  escape: string,
  options: ReadOptions,
): readonly WrittenStage[] {
  const stages: StageReader[] = [];
  for (const instruction of instructions) {
    const fail = (message: string, hint: string): never => {
      throw new HephyError('DOCKERFILE_INVALID', message, {
        where: { file: options.path, line: instruction.line },
        hint,
      });
    };
    const { keyword } = instruction;
    if (!KNOWN.has(keyword)) {
      const meant = nearest(keyword, KNOWN);
      const hint =
        meant === undefined ? 'A line that goes on needs a \\ at the end of the line before it.' : `Write ${meant}.`;
      fail(`${JSON.stringify(keyword.slice(0, 40))} is no instruction`, hint);
    }
    const flagProblem = findFlagProblem(instruction.trigger ?? instruction);
    if (flagProblem !== undefined) fail(flagProblem.message, flagProblem.hint);
    const stage = stages.at(-1);
    if (keyword === 'FROM') {
      const from = readFrom(instruction);
      if ('message' in from) fail(from.message, from.hint);
      else stages.push(readStage(from, instruction.line, globalScope.fork(), escape, options));
    } else if (stage !== undefined) stage.add(instruction);
    else if (keyword !== 'ARG') fail(`${keyword} stands before the first FROM`, 'Only ARG may stand there.');
    else
      try {
        for (const { name, value } of declarations(instruction, escape)) globalScope.declare(name, value);
      } catch (error) {
        if (!(error instanceof WordError)) throw error;
        fail(`the default of ARG cannot be expanded: ${error.message}`, 'Mend the variables in it.');
      }
  }
  if (stages.length === 0)
    throw new HephyError('DOCKERFILE_INVALID', 'the Dockerfile has no FROM', {
      where: { file: options.path },
      hint: 'Begin with FROM <image>, or FROM scratch.',
    });
  return stages.map(({ stage }) => stage);
}

interface StageReader {
  readonly stage: WrittenStage;
  readonly add: (instruction: Instruction) => void;
}

function readStage(from: FromLine, line: number, scope: ArgScope, escape: string, options: ReadOptions): StageReader {
  const declaredArgs: string[] = [];
  const body = openPart(scope, options);
  const triggers = openPart(scope, options);
  return {
    stage: { from, line, declaredArgs, body: body.part, triggers: triggers.part },
    add(instruction) {
      const inner = instruction.trigger ?? instruction;
      (inner === instruction ? body : triggers).add(inner);
      if (inner.keyword === 'ARG')
        for (const { name, value } of declarations(inner, escape)) {
          declaredArgs.push(name);
          declareLeniently(scope, name, value);
        }
    },
  };
}

function openPart(
  scope: ArgScope,
  options: ReadOptions,
): { readonly part: StagePart; readonly add: (instruction: Instruction) => void } {
  const instructions: Instruction[] = [];
  const mentions: ScopedMention[] = [];
  const downloads: (Download | UnreadDownload)[] = [];
  const named = (mention: Mention): ScopedMention => ({
    ...mention,
    named: /\$./.test(mention.written) ? nameBase(mention.written, scope, options) : undefined,
  });
  const part = { instructions, mentions, downloads, run: undefined as number | undefined, writesContext: false };
  return {
    part,
    add(instruction) {
      instructions.push(instruction);
      if (instruction.keyword === 'COPY') {
        const mention = findCopyMention(instruction);
        if (mention !== undefined) mentions.push(named(mention));
      } else if (instruction.keyword === 'RUN') {
        const mounts = readMounts(instruction);
        part.run ??= instruction.line;
        part.writesContext ||= mounts.writesContext;
        mentions.push(...mounts.mentions.map(named));
      } else if (instruction.keyword === 'ADD') {
        const download = findDownload(instruction);
        if (download !== undefined) downloads.push(download);
      }
    },
  };
}

function declarations(instruction: Instruction, escape: string): readonly ArgDeclaration[] {
  const { start, end } = instruction.arguments;
  return splitArg(instruction.text.slice(start, end), escape).filter(({ name }) => name !== '');
}

/** Inside a stage the builder is the one to expand a default: what cannot be is left to it. */
function declareLeniently(scope: ArgScope, name: string, value: string | undefined): void {
  try {
    scope.declare(name, value);
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    scope.declare(name, undefined);
  }
}

import { formatPlatform, parsePlatform, type Platform } from '../oci/platform';
import { isTag } from '../oci/reference';
import { MARKS, OWN_REGISTRY, type ArgScope, type Expanded } from './arg-scope';
import type { ImageUse, Range, ReadOptions } from './dockerfile';
import { argumentWords, sourceRange, type Instruction } from './instruction';
import { WordError } from './lex-word';

/** A FROM instruction, its words told apart. */
export interface FromLine {
  readonly written: string;
  readonly range: Range;
  /** `AS name` as written. */
  readonly name: string | undefined;
  readonly platformFlag: { readonly value: string; readonly range: Range } | undefined;
}

/** What a base's name comes to. */
export interface NamedBase {
  /** undefined: not known, or not yet. */
  readonly text: string | undefined;
  readonly own: string | undefined;
  /** Why it cannot be known for certain, and what to do: an error where the stage is used. */
  readonly problem: Problem | undefined;
}

export interface Problem {
  readonly message: string;
  readonly hint: string;
}

const STAGE_NAME = /^[a-z][a-z0-9._-]*$/;

/** Answers a problem for what no Docker parses. */
export function readFrom(instruction: Instruction): FromLine | Problem {
  const [base, as, name, ...more] = argumentWords(instruction);
  const named = as?.text.toLowerCase() === 'as' && name !== undefined && more.length === 0;
  if (base === undefined || (as !== undefined && !named))
    return { message: 'FROM has neither one word nor three', hint: 'Write FROM <image>, or FROM <image> AS <name>.' };
  if (name !== undefined && !STAGE_NAME.test(name.text.toLowerCase()))
    return {
      message: `${JSON.stringify(name.text.slice(0, 80))} is no name of a stage`,
      hint: 'Begin it with a letter; go on with letters, digits, `-`, `_` and `.`.',
    };
  const other = instruction.flags.find(({ text }) => !text.startsWith('--platform='));
  const [flag, ...flags] = instruction.flags;
  if (other !== undefined || flags.length > 0)
    return {
      message: `FROM has a flag too many, ${(other ?? flag)?.text ?? ''}`,
      hint: 'FROM takes --platform=… alone, once.',
    };
  return {
    written: base.text,
    range: sourceRange(instruction, base.range),
    name: name?.text,
    platformFlag:
      flag === undefined
        ? undefined
        : { value: flag.text.slice('--platform='.length), range: sourceRange(instruction, flag.range) },
  };
}

/** The name of an image or of a stage after expansion, and whether it is an image of our own. */
export function nameBase(written: string, scope: ArgScope, options: ReadOptions): NamedBase {
  let expanded: Expanded;
  try {
    expanded = scope.expand(written);
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    return {
      text: undefined,
      own: undefined,
      problem: { message: `${written} cannot be expanded: ${error.message}`, hint: 'Mend the variables in it.' },
    };
  }
  const { text, missing, unknown } = expanded;
  const own = missing.length === 0 && !unknown && text.startsWith(`${MARKS.registry}:`) ? text.slice(2) : undefined;
  const registry = options.args.get(OWN_REGISTRY);
  const filled = text.replaceAll(MARKS.registry, registry ?? '');
  const open = unknown || /[\ue001-\ue006]/.test(text) || (text.includes(MARKS.registry) && registry === undefined);
  return {
    text: open || missing.length > 0 ? undefined : filled,
    own: own !== undefined && isTag(own) ? own : undefined,
    problem: findProblem(written, expanded),
  };
}

function findProblem(written: string, { text, missing }: Expanded): Problem | undefined {
  const [name] = missing;
  if (name !== undefined)
    return {
      message: `${written} uses ${name}, which has no value`,
      hint:
        name === OWN_REGISTRY
          ? `Declare it: write ARG ${name} before the first FROM.`
          : `Give it a default, ARG ${name}=… before the first FROM, or a value under build_args.`,
    };
  if (/[\ue001-\ue003]/.test(text))
    return {
      message: `${written} depends on the machine that builds`,
      hint: 'Name an image of several platforms and choose by FROM --platform=$BUILDPLATFORM.',
    };
  return undefined;
}

/** Which child of the base a FROM wants; a problem for what is no platform. */
export function choosePlatform(value: string, scope: ArgScope, options: ReadOptions): ImageUse['platform'] | Problem {
  let text: string;
  try {
    const expanded = scope.expand(value);
    if (expanded.missing.length > 0)
      return {
        message: `--platform=${value} uses ${expanded.missing.join(', ')}, which has no value`,
        hint: 'Use BUILDPLATFORM or TARGETPLATFORM, or give it a default before the first FROM.',
      };
    text = expanded.text;
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    return { message: `--platform=${value} cannot be expanded: ${error.message}`, hint: 'Mend the variables in it.' };
  }
  if (new RegExp(`^(?:${MARKS.buildOs}|linux)/${MARKS.buildArch}(?:/${MARKS.buildVariant})?$`).test(text))
    return { kind: 'build' };
  if (/[\ue004-\ue006]/.test(text)) return { kind: 'target' };
  const platform = parseShortPlatform(text);
  if (platform === undefined)
    return {
      message: `--platform=${value} is no platform that can be built`,
      hint: 'Write linux/amd64, linux/arm64 or the like, or $BUILDPLATFORM.',
    };
  const formatted = formatPlatform(platform);
  return options.platform !== undefined && value.includes('$') && formatted === formatPlatform(options.platform)
    ? { kind: 'target' }
    : { kind: 'fixed', platform: formatted };
}

/** With the short and the uname names that containerd's platforms package takes. */
const ALIASES: Readonly<Record<string, string>> = {
  aarch64: 'arm64',
  armhf: 'arm/v7',
  armel: 'arm/v6',
  i386: '386',
  x86_64: 'amd64',
  'x86-64': 'amd64',
};

function parseShortPlatform(text: string): Platform | undefined {
  const lower = text.toLowerCase();
  const rest = lower.startsWith('linux/') ? lower.slice('linux/'.length) : lower;
  return parsePlatform(`linux/${Object.hasOwn(ALIASES, rest) ? (ALIASES[rest] ?? rest) : rest}`);
}

import { formatPlatform } from '../oci/platform';
import type { ReadOptions } from './dockerfile';
import { lexWord, WordError, type Asked } from './lex-word';

/** A word after expansion, and what is not known of it. */
export interface Expanded {
  /** May hold marks: see `MARKS`. */
  readonly text: string;
  /** Variables without a value that went in as nothing. */
  readonly missing: readonly string[];
  /** Whether a value went in that only the build will know. */
  readonly unknown: boolean;
}

/** What FROM can use: args before the first stage, build args, and what the platform gives. */
export interface ArgScope {
  /** Throws a WordError. */
  readonly declare: (name: string, value: string | undefined) => void;
  /** Throws a WordError. */
  readonly expand: (text: string) => Expanded;
  /** A scope inside this one, which is declared in no more. */
  readonly fork: () => ArgScope;
}

/**
 * Private-use characters that stand for values on their way through an expansion, so that what came of it shows where they went:
 * the registry of our own images, the platform of the machine that builds, and in the graph the platform built for.
 */
export const MARKS = {
  registry: '\ue000',
  buildOs: '\ue001',
  buildArch: '\ue002',
  buildVariant: '\ue003',
  targetOs: '\ue004',
  targetArch: '\ue005',
  targetVariant: '\ue006',
} as const;
const ANY_MARK = /[\ue000-\ue006]/;
const PLATFORM_MARK = /[\ue001-\ue006]/;

export const OWN_REGISTRY = 'ECR_REGISTRY';

interface Value extends Expanded {
  readonly set: boolean;
}

export function openArgScope(options: ReadOptions, escape: string): ArgScope {
  const given = platformArgs(options).map(([name, text]) => [name, known(options.args.get(name) ?? text)] as const);
  const platform = new Map(given);
  return scopeOver((name) => platform.get(name), options, escape);
}

function platformArgs({ platform }: ReadOptions): readonly [string, string][] {
  const { buildOs, buildArch, buildVariant, targetOs, targetArch, targetVariant } = MARKS;
  return [
    ['BUILDPLATFORM', `${buildOs}/${buildArch}`],
    ['BUILDOS', buildOs],
    ['BUILDARCH', buildArch],
    ['BUILDVARIANT', buildVariant],
    ['TARGETPLATFORM', platform === undefined ? `${targetOs}/${targetArch}` : formatPlatform(platform)],
    ['TARGETOS', platform?.os ?? targetOs],
    ['TARGETARCH', platform?.architecture ?? targetArch],
    ['TARGETVARIANT', platform === undefined ? targetVariant : (platform.variant ?? '')],
  ];
}

function scopeOver(outer: (name: string) => Value | undefined, options: ReadOptions, escape: string): ArgScope {
  const { args } = options;
  const values = new Map<string, Value>();
  const declared = (name: string): Value | undefined => values.get(name) ?? outer(name);

  /** A build arg that names an image of our own does so in the graph, where the registry is not filled in, and in the build alike. */
  function givenValue(name: string): string | undefined {
    const registry = args.get(OWN_REGISTRY);
    const value = args.get(name)?.replaceAll(`\${${OWN_REGISTRY}}`, MARKS.registry);
    if (value === undefined || registry === undefined || !value.startsWith(`${registry}:`)) return value;
    return `${MARKS.registry}${value.slice(registry.length)}`;
  }

  /** Kaniko lets FROM use build args that no ARG declares; Docker and buildah do not. */
  function valueOf(name: string): Value | undefined {
    const value = declared(name);
    if (value !== undefined || options.builder !== 'kaniko') return value;
    if (name === OWN_REGISTRY) return known(MARKS.registry);
    const text = givenValue(name);
    return text === undefined || text === '' ? undefined : known(text);
  }

  function expand(text: string): Expanded {
    if (ANY_MARK.test(text)) throw new WordError('it holds characters that no name has');
    const missing = new Set<string>();
    let unknown = false;
    const lookup = (name: string, asked: Asked): string | undefined => {
      const value = valueOf(name);
      if (value?.set !== true) {
        if (asked !== 'choice') missing.add(name);
        return undefined;
      }
      for (const one of value.missing) missing.add(one);
      unknown ||= value.unknown;
      if (asked !== 'part' || !ANY_MARK.test(value.text)) return value.text;
      const registry = args.get(OWN_REGISTRY);
      unknown ||= PLATFORM_MARK.test(value.text) || registry === undefined;
      return value.text.replaceAll(MARKS.registry, registry ?? '');
    };
    const { result } = lexWord(text, { lookup, escape });
    return { text: result, missing: [...missing], unknown };
  }

  return {
    declare(name, value) {
      const given = givenValue(name);
      if (name === OWN_REGISTRY) values.set(name, known(MARKS.registry));
      else if (given !== undefined) values.set(name, known(given));
      else if (value !== undefined) values.set(name, { ...expand(value), set: true });
      else if (declared(name) === undefined) values.set(name, { text: '', missing: [], unknown: false, set: false });
    },
    expand,
    fork: () => scopeOver(declared, options, escape),
  };
}

function known(text: string): Value {
  return { text, missing: [], unknown: false, set: true };
}

import { nearest } from './nearest';
import type { Complaint, Problem } from './problem';
import { quoted } from './quoted';
import { isList, isMapping, type Path, type Value } from './value';

/** hephy passes it to every build. */
export const REGISTRY_ARG = 'ECR_REGISTRY';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function isArgName(text: string): boolean {
  return NAME.test(text);
}

/** One entry of `build_args`; no value: it is a bare name. */
export interface RawArg {
  readonly name: string;
  readonly value: string | undefined;
  readonly path: Path;
}

/** The entries of a list or a mapping, in the order of the file; what is no text is left out. */
export function readBuildArgs(value: Value | undefined, base: Path = []): readonly RawArg[] {
  if (isList(value)) {
    return value.flatMap((entry, index) => {
      if (typeof entry !== 'string') return [];
      const equals = entry.indexOf('=');
      const path: Path = [...base, index];
      return [
        equals < 0
          ? { name: entry, value: undefined, path }
          : { name: entry.slice(0, equals), value: entry.slice(equals + 1), path },
      ];
    });
  }
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) =>
    typeof entry === 'string' || entry === null ? [{ name, value: entry ?? undefined, path: [...base, name] }] : [],
  );
}

/**
 * @param declared the value of `env`
 * @param base where `value` stands
 */
export function checkBuildArgs(value: Value | undefined, declared: Value | undefined, base: Path): readonly Problem[] {
  const problems: Problem[] = [];
  const env = envNames(declared);
  const seen = new Set<string>();
  for (const { name, value: written, path } of readBuildArgs(value, base)) {
    const complaints = NAME.test(name) ? checkArg(name, written, env, isMapping(value)) : [badName(name)];
    if (seen.has(name))
      complaints.push({ what: `the build argument ${quoted(name)} is given twice`, hint: 'Keep one of them.' });
    seen.add(name);
    problems.push(...complaints.map((complaint) => ({ ...complaint, path })));
  }
  return problems;
}

function envNames(env: Value | undefined): ReadonlySet<string> {
  return new Set(isList(env) ? env.filter((name) => typeof name === 'string') : []);
}

function badName(name: string): Complaint {
  return name === ''
    ? { what: 'a build argument has no name', hint: 'Write `NAME=value`.' }
    : {
        what: `${quoted(name)} is no name of a build argument`,
        hint: 'Use letters, digits and `_`, a digit not at the start: `NAME=value`.',
      };
}

function checkArg(name: string, value: string | undefined, env: ReadonlySet<string>, inMapping: boolean): Complaint[] {
  if (name === REGISTRY_ARG && !/^\$(?:ECR_REGISTRY|\{ECR_REGISTRY\})$/.test(value ?? '')) {
    return [
      {
        what: 'hephy passes ECR_REGISTRY by itself',
        hint: 'Remove it: `ARG ECR_REGISTRY` in the Dockerfile is enough.',
      },
    ];
  }
  if (value === undefined) return [bareName(name, inMapping ? ': ' : '=', inMapping ? '""' : '')];
  return [...value.matchAll(/\$\{([^}]*)\}?/g)].flatMap(([written, variable = '']) =>
    checkVariable(written, variable, env),
  );
}

function bareName(name: string, separator: string, empty: string): Complaint {
  const passOn = `To pass an environment variable on, write \`${name}${separator}\${${name}}\` and name it: \`env: [${name}]\`.`;
  return {
    what: `the build argument \`${name}\` has no value`,
    hint: `Write \`${name}${separator}value\` (\`${name}${separator}${empty}\` for an empty one). ${passOn}`,
  };
}

function checkVariable(written: string, variable: string, env: ReadonlySet<string>): Complaint[] {
  if (!NAME.test(variable) || !written.endsWith('}')) {
    return [{ what: `${quoted(written)} is not expanded`, hint: 'Write a plain `${NAME}`, named under `env:`.' }];
  }
  if (variable === REGISTRY_ARG || env.has(variable)) return [];
  const meant = nearest(variable, [...env, REGISTRY_ARG]);
  const hint = `Name it: \`env: [${[...env, variable].join(', ')}]\`.`;
  return [
    {
      what: `the variable \`${variable}\` is used but not named under \`env\``,
      hint: meant === undefined ? hint : `${hint} Or did you mean \`\${${meant}}\`?`,
    },
  ];
}

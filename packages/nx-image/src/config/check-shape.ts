import type { z } from 'zod';
import { nearest } from './nearest';
import type { Complaint, Problem } from './problem';
import { quoted } from './quoted';
import { readShape } from './read-shape';
import { CONFIG_KEYS, configSchema, UNSUPPORTED_BUILDERS, UNSUPPORTED_KEYS, type RawConfig } from './schema';
import { isList, kindOf, valueAt, type Mapping, type Path, type Value } from './value';

type Issue = z.core.$ZodIssue;

export interface Shape {
  /** undefined where there are problems. */
  readonly config: RawConfig | undefined;
  readonly problems: readonly Problem[];
}

/** Each value by itself: the schema's issues, in our words. */
export function checkShape(root: Mapping): Shape {
  const plain = readShape(root);
  if (plain !== undefined) return { config: plain, problems: [] };
  const result = configSchema().safeParse(root);
  if (result.success) return { config: result.data, problems: [] };
  return { config: undefined, problems: result.error.issues.flatMap((issue) => toProblems(issue, root, [])) };
}

function toProblems(issue: Issue, root: Mapping, base: Path): readonly Problem[] {
  const path: Path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], atKey: true, ...unknownKey(key, path) }));
    case 'invalid_union':
      return unionProblems(issue, root, path);
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path, atKey: true, ...customComplaint(inner) }));
    case 'invalid_value':
      return [{ path, ...notOneOf(issue.values.map(String), root, path) }];
    case 'too_small':
      return [{ path, what: `${nameOf(path)} is empty`, hint: hintFor(path) }];
    case 'custom':
      return [{ path, ...customComplaint(issue) }];
    default:
      return [{ path, ...wrongKind(root, path) }];
  }
}

/** The form that was meant is the one whose kind is right; where none is, no form was. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, root: Mapping, path: Path): readonly Problem[] {
  const meant = issue.errors.find(
    (form) => !form.some((inner) => inner.code === 'invalid_type' && inner.path.length === 0),
  );
  if (meant === undefined) return [{ path, ...wrongKind(root, path) }];
  return meant.flatMap((inner) => toProblems(inner, root, path));
}

function unknownKey(key: string, path: Path): Complaint {
  if (path.length > 0) {
    return {
      what: `${quoted(key)} is not known in ${nameOf(path)}`,
      hint: missingOr(nearest(key, ['tag', 'moving']), 'Known are `tag` and `moving`.'),
    };
  }
  if (UNSUPPORTED_KEYS.has(key)) {
    return {
      code: 'CONFIG_UNSUPPORTED',
      what: `${quoted(key)} is not supported yet`,
      hint: 'Remove it, or build this image as before for now.',
    };
  }
  return {
    what: `${quoted(key)} is not known`,
    hint: missingOr(nearest(key, CONFIG_KEYS), `Known are ${CONFIG_KEYS.join(', ')}.`),
  };
}

function missingOr(meant: string | undefined, otherwise: string): string {
  return meant === undefined ? otherwise : `Did you mean \`${meant}\`?`;
}

function notOneOf(values: readonly string[], root: Mapping, path: Path): Complaint {
  const value = valueAt(root, path);
  if (typeof value !== 'string') return wrongKind(root, path);
  const key = path[0];
  if (key === 'build_backend' && UNSUPPORTED_BUILDERS.has(value)) {
    return {
      code: 'CONFIG_UNSUPPORTED',
      what: `the builder ${quoted(value)} is not supported yet`,
      hint: 'Use `kaniko` or `buildah`.',
    };
  }
  if (key === 'version')
    return {
      what: `version ${quoted(value)} of this format is not known`,
      hint: 'Write `version: 1`, or update hephy.',
    };
  const meant = nearest(value, values);
  if (key === 'platforms') {
    return {
      what: `${quoted(value)} is no platform that images are built for`,
      hint: missingOr(meant, 'Write it as `linux/amd64` or `linux/arm64`.'),
    };
  }
  const known = `Write ${values.map((one) => `\`${one}\``).join(' or ')}.`;
  const isFlag = values.includes('true');
  return {
    what: `${quoted(value)} is nothing that ${nameOf(path)} can be`,
    hint: isFlag ? known : missingOr(meant, known),
  };
}

function wrongKind(root: Mapping, path: Path): Complaint {
  const value = valueAt(root, path);
  const kind = kindOf(value);
  if (path[0] === 'build_args' && path.length === 2 && isList(root.build_args) && kind === 'a mapping') {
    return {
      what: `${nameOf(path)} is a mapping, not text`,
      hint: 'Write `- NAME=value`, or all of `build_args` as a mapping `NAME: value`.',
    };
  }
  const nothing = kind === 'empty' || kind === 'missing';
  return { what: `${nameOf(path)} is ${kind}${nothing ? '' : `, not ${expectedKind(path)}`}`, hint: hintFor(path) };
}

/** `platforms`, `entry 2 of platforms`, `a of labels`. */
function nameOf(path: Path): string {
  const [key, ...rest] = path;
  const top = quoted(String(key ?? ''));
  return rest.reduce<string>(
    (name, step) => (typeof step === 'number' ? `entry ${step + 1} of ${name}` : `${quoted(step)} of ${name}`),
    top,
  );
}

function expectedKind(path: Path): string {
  if (path.length > 1) return 'text';
  return path[0] === 'build_args' ? 'a list or a mapping' : kindOf(exampleOf(path) as Value);
}

/** How the key is written. */
function hintFor(path: Path): string {
  const example = exampleOf(path);
  if (example === undefined) return 'Leave it out.';
  return `Write it as \`${String(path[0])}: ${written(example)}\`${path.length > 1 ? '.' : ', or leave it out.'}`;
}

function exampleOf(path: Path): unknown {
  const key = CONFIG_KEYS.find((known) => known === path[0]);
  const examples = key === undefined ? undefined : configSchema().shape[key].unwrap().meta()?.examples;
  return Array.isArray(examples) ? (examples as readonly unknown[])[0] : undefined;
}

/** An example of the schema as YAML on one line. */
function written(example: unknown): string {
  if (Array.isArray(example)) return `[${example.map(written).join(', ')}]`;
  if (typeof example !== 'object' || example === null) return String(example);
  const pairs = Object.entries(example).map(([name, value]) => `${name}: ${written(value)}`);
  return `{ ${pairs.join(', ')} }`;
}

/** What the schema's own checks leave: see `text`. */
function customComplaint(issue: { readonly message: string } & object): Complaint {
  const params = 'params' in issue ? (issue.params as Omit<Complaint, 'what'>) : { hint: '' };
  return { what: issue.message, ...params };
}

import type { z } from 'zod';
import { nearest } from './nearest';
import type { Complaint, Problem } from './problem';
import { quoted } from './quoted';
import { readShape } from './read-shape';
import {
  CONFIG_KEYS,
  configSchema,
  UNSUPPORTED_BUILDERS,
  UNSUPPORTED_KEYS,
  VARIANT_KEYS,
  type RawConfig,
} from './schema';
import { expectedKind, hintFor, nameOf, ownPath } from './shape-words';
import { isList, kindOf, valueAt, type Mapping, type Path } from './value';

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
    const what = `${quoted(key)} is not known in ${nameOf(path)}`;
    if (ownPath(path).length > 1 && ownPath(path)[0] !== 'variants')
      return { what, hint: missingOr(nearest(key, ['tag', 'moving']), 'Known are `tag` and `moving`.') };
    const known = `Known are ${VARIANT_KEYS.join(', ')}.`;
    return CONFIG_KEYS.some((one) => one === key)
      ? { what, hint: `Write it at the top: it is the same for all images of the directory. ${known}` }
      : { what, hint: missingOr(nearest(key, VARIANT_KEYS), known) };
  }
  if (UNSUPPORTED_KEYS.has(key)) {
    return {
      code: 'CONFIG_UNSUPPORTED',
      what: `${quoted(key)} is not supported yet`,
      hint:
        key === 'targets'
          ? 'Write the targets of this directory under `variants`.'
          : 'Remove it, or build this image as before for now.',
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
  const key = ownPath(path)[0];
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
  const inArgList = ownPath(path)[0] === 'build_args' && isList(valueAt(root, path.slice(0, -1)));
  if (inArgList && kind === 'a mapping') {
    return {
      what: `${nameOf(path)} is a mapping, not text`,
      hint: 'Write `- NAME=value`, or all of `build_args` as a mapping `NAME: value`.',
    };
  }
  const nothing = kind === 'empty' || kind === 'missing';
  return { what: `${nameOf(path)} is ${kind}${nothing ? '' : `, not ${expectedKind(path)}`}`, hint: hintFor(path) };
}

/** What the schema's own checks leave: see `text`. */
function customComplaint(issue: { readonly message: string } & object): Complaint {
  const params = 'params' in issue ? (issue.params as Omit<Complaint, 'what'>) : { hint: '' };
  return { what: issue.message, ...params };
}

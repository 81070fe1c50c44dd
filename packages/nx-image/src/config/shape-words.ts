import { quoted } from './quoted';
import { CONFIG_KEYS, configSchema } from './schema';
import { kindOf, type Path, type Value } from './value';

/** `platforms`, `entry 2 of platforms`, `a of labels`. */
export function nameOf(path: Path): string {
  const [key, ...rest] = path;
  const top = quoted(String(key ?? ''));
  return rest.reduce<string>(
    (name, step) => (typeof step === 'number' ? `entry ${step + 1} of ${name}` : `${quoted(step)} of ${name}`),
    top,
  );
}

/** The path as it were in the image's own config: what a variant says is written as it is there. */
export function ownPath(path: Path): Path {
  return path[0] === 'variants' && path.length > 2 ? path.slice(2) : path;
}

export function expectedKind(path: Path): string {
  const own = ownPath(path);
  if (own[0] === 'variants') return 'a mapping';
  if (own.length > 1) return 'text';
  return own[0] === 'build_args' ? 'a list or a mapping' : kindOf(exampleOf(own) as Value);
}

/** How the key is written. */
export function hintFor(path: Path): string {
  const own = ownPath(path);
  const example = exampleOf(own);
  if (example === undefined) return 'Leave it out.';
  return `Write it as \`${String(own[0])}: ${written(example)}\`${own.length > 1 ? '.' : ', or leave it out.'}`;
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

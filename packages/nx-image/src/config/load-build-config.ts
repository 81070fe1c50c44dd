import { HephyError, HephyErrors } from '../errors/hephy-error';
import type { BuildConfig } from './build-config';
import { checkShape } from './check-shape';
import { checkTogether } from './check-together';
import { rememberSource } from './config-source';
import { decodeSource } from './decode-source';
import { locate } from './locate';
import { placesOf } from './place';
import type { Problem } from './problem';
import { readOrdinary } from './read-ordinary';
import { readPlain } from './read-plain';
import { readYaml, type YamlReading } from './read-yaml';
import { CONFIG_KEYS } from './schema';
import { toBuildConfig } from './to-build-config';
import { newMapping, type Mapping, type Value } from './value';

/**
 * A build-config.yaml, checked, defaults applied.
 * @param file relative to the workspace root, for messages
 * @throws HephyErrors with every problem of the file, in the order of lines
 */
export function loadBuildConfig(bytes: Uint8Array | string, file: string): BuildConfig {
  const ordinary = typeof bytes === 'string' ? readOrdinary(bytes) : undefined;
  if (ordinary !== undefined && typeof bytes === 'string') {
    rememberSource(ordinary, bytes);
    return ordinary;
  }
  const text = decodeSource(bytes, file);
  const plain = readPlain(text);
  const reading = plain === undefined ? readYaml(text) : undefined;
  const root = dropEmpty(plain ?? reading?.root ?? newMapping());
  const shape = checkShape(root);
  const problems = [...shape.problems, ...checkTogether(root)];
  if (shape.config === undefined || problems.length > 0 || (reading?.problems.length ?? 0) > 0) {
    throw toErrors(reading ?? readYaml(text), text, problems, file);
  }
  const config = toBuildConfig(root, shape.config);
  rememberSource(config, text);
  return config;
}

/** Takes out the known keys that say nothing: `target: ""`, `build_args:`. */
function dropEmpty(root: Record<string, Value>): Mapping {
  for (const key of CONFIG_KEYS) {
    const value = root[key];
    if (value === null || value === '') Reflect.deleteProperty(root, key);
  }
  return root;
}

/** Line and column are looked for only now: files without problems need none. */
function toErrors(reading: YamlReading, text: string, problems: readonly Problem[], file: string): HephyErrors {
  const placeOf = placesOf(text);
  const errors = [
    ...reading.problems.map(
      ({ offset, code, what, hint }) => new HephyError(code, what, { where: { file, ...placeOf(offset) }, hint }),
    ),
    ...problems.map(
      ({ path, atKey, code, what, hint }) =>
        new HephyError(code ?? 'CONFIG_INVALID', what, {
          where: { file, ...placeOf(locate(reading, path, atKey)) },
          hint,
        }),
    ),
  ];
  const order = ({ where }: HephyError): number => (where?.line ?? 0) * 1e6 + (where?.column ?? 0);
  return new HephyErrors(errors.sort((a, b) => order(a) - order(b)));
}

import type { BuilderName } from '../config/build-config';
import type { Builder } from './builder';
import { buildah } from './buildah/builder';
import { kaniko } from './kaniko/builder';

const BUILDERS: Readonly<Record<BuilderName, Builder>> = { kaniko, buildah };

export function builderOf(name: BuilderName): Builder {
  return BUILDERS[name];
}

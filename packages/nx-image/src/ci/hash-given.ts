import type { BuildStep } from '../builders/builder';
import { digestOf, hexOf } from '../oci/digest';
import { canonicalJson } from '../plan/canonical-json';

/** 16 hex of what a builder is given, beside Dockerfile and context, that decides what comes out: two steps with one hash build one image. */
export function hashGiven(
  step: Pick<BuildStep, 'platform' | 'target' | 'buildArgs' | 'labels' | 'reproducible'>,
): string {
  const { platform, target, buildArgs, labels, reproducible } = step;
  const args = buildArgs.map(({ name, value }) => [name, value]);
  const { os, architecture, variant } = platform;
  return hexOf(digestOf(canonicalJson({ os, architecture, variant, target, args, labels, reproducible }))).slice(0, 16);
}

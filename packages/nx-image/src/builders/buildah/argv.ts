import { formatPlatform } from '../../oci/platform';
import type { BuildStep, Invocation } from '../builder';
import { registriesPath } from './registries-conf';

/**
 * Docker's format, because OCI's has no place for HEALTHCHECK, SHELL and ONBUILD, which buildah then drops with a warning; but it writes a random
 * container name into it, so that a reproducible image is OCI's, and the warning an error.
 * No label with buildah's version: the same inputs are the same image after an upgrade.
 */
export function resultFlags({ reproducible }: Pick<BuildStep, 'reproducible'>): readonly string[] {
  return [
    `--format=${reproducible ? 'oci' : 'docker'}`,
    '--identity-label=false',
    '--layers=false',
    ...(reproducible ? ['--timestamp=0'] : []),
  ];
}

/** `bud` into a store of the build's own, then `push`, if at all: only the latter tells the digest that the registry has. */
export function renderBuildah(step: BuildStep): readonly Invocation[] {
  const { paths } = step;
  const store = [`--root=${paths.store}/root`, `--runroot=${paths.store}/run`, '--storage-driver=vfs'];
  const env = {
    // Registries without TLS and mirrors, each by name: `--tls-verify=false` would be for all of them.
    CONTAINERS_REGISTRIES_CONF: registriesPath(paths),
  };
  const build = [
    ...store,
    'bud',
    // Neither an OCI runtime nor a network of its own is needed.
    '--isolation=chroot',
    '--network=host',
    ...resultFlags(step),
    `--platform=${formatPlatform(step.platform)}`,
    `--authfile=${paths.authFile}`,
    `--file=${paths.dockerfile}`,
    `--ignorefile=${paths.ignorefile}`,
    `--tag=${step.destination}`,
    ...(step.target === undefined ? [] : [`--target=${step.target}`]),
    ...step.buildArgs.map(({ name, value }) => `--build-arg=${name}=${value}`),
    ...Object.entries(step.labels).map(([name, value]) => `--label=${name}=${value}`),
    '--',
    paths.context,
  ];
  const push = [
    ...store,
    'push',
    `--authfile=${paths.authFile}`,
    `--digestfile=${paths.digestFile}`,
    '--',
    step.destination,
    `docker://${step.destination}`,
  ];
  if (step.push === false) return [{ name: 'buildah', arguments: build, env }];
  return [
    { name: 'buildah', arguments: build, env },
    { name: 'buildah', arguments: push, env, repeatable: true, phase: 'push' },
  ];
}

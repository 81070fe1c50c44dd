import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mayStartContainers, startDocker } from '../../../nx-image/testing/engines';
import { importBuildahImage, importDebugImage, importNodeImage } from '../../../nx-image/testing/pipeline-images';
import { installStandIns } from '../../../nx-image/testing/stand-in/install';
import type { Env } from './run';
import { KANIKO, MANIFEST_TOOL } from './tools';

/** What runs the jobs of a pipeline, as gitlab-ci-local has it. */
export interface GitlabRunner {
  /** `containers`: of images like those that users take. `shell`: all on this machine, with the stand-in for Kaniko. */
  readonly kind: 'containers' | 'shell';
  /** Options of gitlab-ci-local. */
  readonly options: readonly string[];
  readonly env: Env;
  /** Inputs of the component. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** CI/CD variables of the project. */
  readonly variables: Env;
  stop(): Promise<void>;
}

/** Where jobs in containers find what was installed for all tests: beside the checkout, for build jobs refuse a root that has more than Kaniko's image. */
const MOUNTED = '/builds/node_modules';

/**
 * Containers, where the real Kaniko and an engine are to be had; the shell elsewhere.
 * @param registry `host:port` that gets the images of builders, for planners ask for their digests
 * @param builders beside Kaniko
 */
export async function startGitlabRunner(registry: string, builders: readonly 'buildah'[] = []): Promise<GitlabRunner> {
  const installed = join(process.env.HEPHY_E2E_DIRECTORY ?? '', 'node_modules');
  if (!existsSync(installed)) throw new Error('the plugin was not installed before the tests');
  const docker = KANIKO !== undefined && mayStartContainers() ? await startDocker() : undefined;
  const node = docker === undefined ? undefined : importNodeImage(docker);
  if (KANIKO === undefined || docker === undefined || node === undefined) {
    await docker?.stop();
    return shellRunner(installed);
  }
  const kaniko = `${registry}/tools/kaniko:debug`;
  docker.run(['tag', importDebugImage(docker, KANIKO), kaniko]);
  docker.run(['push', '--quiet', kaniko]);
  const buildah = builders.includes('buildah') ? `${registry}/tools/buildah` : undefined;
  if (buildah !== undefined) {
    docker.run(['tag', importBuildahImage(docker) ?? '', `${buildah}:stable`]);
    docker.run(['push', '--quiet', `${buildah}:stable`]);
  }
  return {
    kind: 'containers',
    options: [
      ...[`--helper-image=${node}`, '--pull-policy=if-not-present', '--network=host'],
      ...[`--volume=${installed}:${MOUNTED}:ro`, '--shell-isolation'],
      ...(buildah === undefined ? [] : [`--container-executable=${withNamespaces(installed, buildah)}`]),
    ],
    env: docker.env,
    inputs: {
      hephy_image: node,
      kaniko_image: kaniko,
      ...(buildah === undefined ? {} : { buildah_image: `${buildah}:stable` }),
      install: `ln -s ${MOUNTED} node_modules`,
    },
    variables: {},
    stop: () => docker.stop(),
  };
}

/**
 * A client of docker that lets containers of one image make namespaces, as docs/ci.md has runners set up for buildah. All others have what docker gives them.
 * @returns its path
 */
function withNamespaces(installed: string, image: string): string {
  const client = join(installed, `../docker-${process.pid}`);
  const script = `#!/bin/sh
case "$*" in
  create*' ${image}'[:@]*) shift; exec docker create --security-opt=seccomp=unconfined "$@" ;;
  *) exec docker "$@" ;;
esac
`;
  writeFileSync(client, script, { mode: 0o755 });
  return client;
}

function shellRunner(installed: string): GitlabRunner {
  const standIns = installStandIns(join(installed, `../stand-ins-${process.pid}`));
  return {
    kind: 'shell',
    options: ['--force-shell-executor', '--shell-isolation'],
    env: {},
    inputs: {
      // By digests, for nobody asks for those of images that no job takes.
      kaniko_image: `ghcr.io/osscontainertools/kaniko@sha256:${'0'.repeat(64)}`,
      buildah_image: `quay.io/buildah/stable@sha256:${'0'.repeat(64)}`,
      install: `ln -s ${installed} node_modules`,
    },
    variables: {
      HEPHY_KANIKO_EXECUTOR: standIns.kaniko,
      ...(MANIFEST_TOOL === undefined ? {} : { HEPHY_MANIFEST_TOOL: MANIFEST_TOOL }),
    },
    stop: () => Promise.resolve(),
  };
}

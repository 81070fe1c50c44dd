import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeBaseLayers, pushBase } from './base-image.mjs';
import { commit } from './commit.mjs';
import { imageSet, PLATFORMS } from './image-set.mjs';
import { startRegistry } from './registry.mjs';
import { runTimed } from './run-timed.mjs';
import { compare, summarize } from './statistics.mjs';
import { IDLE_PLUGIN } from './stub-plugins.mjs';
import { forget, makeWorkspace, nxCommand, NX_ENVIRONMENT } from './workspace.mjs';

const BARE_LOOP = join(import.meta.dirname, 'bare-loop.sh');
const REPOSITORY = 'bench/images';

/** How Nx is started. Its plugins' processes and its daemon cost more than all that hephy does when nothing is to be done. */
const MODES = {
  again: {},
  againUnisolated: { NX_ISOLATE_PLUGINS: 'false' },
  againDaemon: { NX_DAEMON: 'true' },
};

/**
 * hephy and the bare loop over the same image directories, by turns, each into a registry that has nothing but the base;
 * then hephy when nothing is to be done, and Nx with the same targets and executors that do nothing.
 * @param {object} options
 * @param {string} options.directory
 * @param {string} options.plugin
 * @param {'kaniko' | 'buildah'} options.builder
 * @param {import('./find-tools.mjs').Tools} options.tools
 * @param {number} options.images
 * @param {number} options.parallel
 * @param {number} options.pairs
 * @param {(text: string) => void} options.onRun
 */
export async function benchImages({ directory, plugin, builder, tools, images, parallel, pairs, onRun }) {
  const layers = makeBaseLayers();
  // One port for every registry: references stand in the Dockerfiles.
  const first = await startRegistry();
  const { port, host } = first;
  await first.stop();
  const files = imageSet({ images, host, builder });
  const root = join(directory, `images-${builder}`);
  const idle = join(directory, `idle-${builder}`);
  makeWorkspace(root, { plugin, nxJson: { plugins: ['@hephy/nx-image'] }, files });
  makeWorkspace(idle, { nxJson: { plugins: ['idle-plugin'] }, files: { ...files, ...IDLE_PLUGIN } });
  // hephy names versions by commits, and publishes nothing of a changed tree.
  for (const workspace of [root, idle]) commit(workspace);

  const names = Array.from({ length: images }, (_, index) => `app-${index}`);
  const repository = `${host}/${REPOSITORY}`;
  const timed = (what, command, options) => {
    const { wall, cpu } = runTimed(command, options);
    onRun(`${builder}, ${what}: ${wall.toFixed(2)} s wall, ${cpu.toFixed(2)} s CPU`);
    return { wall, cpu };
  };
  const nx = (what, workspace, mode = {}) =>
    timed(what, nxCommand(workspace, 'run-many', '-t', 'manifest', `--parallel=${parallel}`), {
      cwd: workspace,
      env: {
        ...NX_ENVIRONMENT,
        ...mode,
        ECR_REGISTRY: repository,
        HEPHY_PUBLISH: 'true',
        HEPHY_MANIFEST_TOOL: tools.manifestTool,
        ...(tools.kaniko === undefined ? {} : { HEPHY_KANIKO: tools.kaniko }),
      },
    });
  const withRegistry = async (measure) => {
    const registry = await startRegistry(port);
    try {
      await pushBase(registry.host, layers);
      return await measure();
    } finally {
      await registry.stop();
    }
  };
  const runHephy = () =>
    withRegistry(async () => {
      forget(root);
      const measured = { cold: nx('hephy, cold', root) };
      const digests = await checkIndexes(host, names);
      for (const [name, mode] of Object.entries(MODES)) {
        if (mode.NX_DAEMON === 'true') startDaemon(root);
        measured[name] = nx(`hephy, nothing to do ${JSON.stringify(mode)}`, root, mode);
        if (mode.NX_DAEMON === 'true') stopDaemon(root);
      }
      if ((await checkIndexes(host, names)).join() !== digests.join())
        throw new Error('a run with nothing to do moved a tag');
      return measured;
    });
  const runBare = () =>
    withRegistry(async () => {
      const work = join(directory, 'bare');
      mkdirSync(work);
      const env = { BUILDER: builder, REPOSITORY: repository, VERSION: '20260101-0000000', WORK: work };
      const programs = { KANIKO: tools.kaniko ?? '', MANIFEST_TOOL: tools.manifestTool };
      const sample = timed('bare loop', [BARE_LOOP, String(parallel), ...names], {
        cwd: root,
        env: { ...env, ...programs },
      });
      rmSync(work, { recursive: true });
      await checkIndexes(host, names);
      return sample;
    });

  const samples = [];
  for (let index = 0; index < pairs; index += 1) {
    const before = index % 2 === 1 ? await runBare() : undefined;
    const measured = await runHephy();
    samples.push({ ...measured, bare: before ?? (await runBare()), nx: nx('Nx alone', idle) });
  }
  const of = (name) => summarize(samples.map((sample) => sample[name]));
  return {
    cold: of('cold'),
    bare: of('bare'),
    ratio: compare(samples.map((sample) => [sample.cold, sample.bare])),
    ...Object.fromEntries(Object.keys(MODES).map((name) => [name, of(name)])),
    nx: of('nx'),
  };
}

/** Started and asked once: what is measured then is what a developer has whose last command was minutes ago. */
function startDaemon(root) {
  runTimed(nxCommand(root, 'show', 'projects'), { cwd: root, env: { ...NX_ENVIRONMENT, NX_DAEMON: 'true' } });
}

function stopDaemon(root) {
  runTimed(nxCommand(root, 'daemon', '--stop'), { cwd: root, env: { ...NX_ENVIRONMENT, NX_DAEMON: 'true' } });
}

/** A run that did not do its work is no measurement: each index must be there, over both platforms. */
async function checkIndexes(host, names) {
  const digests = [];
  for (const name of names) {
    const response = await fetch(`http://${host}/v2/${REPOSITORY}/manifests/${name}-latest`, {
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
    });
    const index = response.ok ? await response.json() : { manifests: [] };
    const platforms = index.manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`);
    if (platforms.sort().join() !== PLATFORMS.join())
      throw new Error(`${name}-latest is no index of ${PLATFORMS.join()}`);
    digests.push(response.headers.get('docker-content-digest'));
  }
  return digests;
}

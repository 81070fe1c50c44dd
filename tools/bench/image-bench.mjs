import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeBaseLayers, pushBase } from './base-image.mjs';
import { imageSet, PLATFORMS } from './image-set.mjs';
import { startRegistry } from './registry.mjs';
import { runTimed } from './run-timed.mjs';
import { compare, summarize } from './statistics.mjs';
import { forget, makeWorkspace, nxCommand, NX_ENVIRONMENT } from './workspace.mjs';

const BARE_LOOP = join(import.meta.dirname, 'bare-loop.sh');
const REPOSITORY = 'bench/images';

/**
 * hephy and the bare loop over the same image directories, by turns, each into a registry that has nothing but the base;
 * and hephy once more, when nothing is to be done.
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
  const root = join(directory, `images-${builder}`);
  makeWorkspace(root, {
    plugin,
    nxJson: { plugins: ['@hephy/nx-image'], parallel },
    files: imageSet({ images, host, builder }),
  });
  commit(root);

  const names = Array.from({ length: images }, (_, index) => `app-${index}`);
  const repository = `${host}/${REPOSITORY}`;
  const hephy = () =>
    runTimed(nxCommand(root, 'run-many', '-t', 'manifest', `--parallel=${parallel}`), {
      cwd: root,
      env: {
        ...NX_ENVIRONMENT,
        ECR_REGISTRY: repository,
        HEPHY_PUBLISH: 'true',
        ...(tools.kaniko === undefined ? {} : { HEPHY_KANIKO: tools.kaniko }),
        ...(tools.manifestTool === undefined ? {} : { HEPHY_MANIFEST_TOOL: tools.manifestTool }),
      },
    });
  const bare = () => {
    const work = join(directory, 'bare');
    mkdirSync(work);
    try {
      return runTimed([BARE_LOOP, String(parallel), ...names], {
        cwd: root,
        env: {
          BUILDER: builder,
          REPOSITORY: repository,
          VERSION: '20260101-0000000',
          WORK: work,
          KANIKO: tools.kaniko ?? '',
          MANIFEST_TOOL: tools.manifestTool ?? '',
        },
      });
    } finally {
      rmSync(work, { recursive: true });
    }
  };
  const said = (what, { wall, cpu }) => {
    onRun(`${builder}, ${what}: ${wall.toFixed(2)} s wall, ${cpu.toFixed(2)} s CPU`);
    return { wall, cpu };
  };
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
      const cold = said('hephy, cold', hephy());
      const digests = await checkIndexes(host, names);
      const again = said('hephy, nothing to do', hephy());
      if ((await checkIndexes(host, names)).join() !== digests.join()) throw new Error('the second run moved a tag');
      return { cold, again };
    });
  const runBare = () =>
    withRegistry(async () => {
      const sample = said('bare loop', bare());
      await checkIndexes(host, names);
      return sample;
    });

  const samples = [];
  for (let index = 0; index < pairs; index += 1) {
    const before = index % 2 === 1 ? await runBare() : undefined;
    const measured = await runHephy();
    samples.push({ ...measured, bare: before ?? (await runBare()) });
  }
  return {
    cold: summarize(samples.map((sample) => sample.cold)),
    again: summarize(samples.map((sample) => sample.again)),
    bare: summarize(samples.map((sample) => sample.bare)),
    ratio: compare(samples.map((sample) => [sample.cold, sample.bare])),
  };
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

/** hephy names versions by commits, and publishes nothing of a changed tree. */
function commit(root) {
  const git = (...words) => {
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stderr } = spawnSync('git', ['-C', root, ...identity, ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
  };
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'Measure');
}

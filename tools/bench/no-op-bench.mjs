import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBaseLayers, pushBase } from './base-image.mjs';
import { commit } from './commit.mjs';
import { countRequests, noOpSet, requestBudget } from './no-op-set.mjs';
import { startRegistry } from './registry.mjs';
import { runTimed } from './run-timed.mjs';
import { median, summarize } from './statistics.mjs';
import { forget, makeWorkspace, nxCommand, NX_ENVIRONMENT } from './workspace.mjs';

const SLOW_PROXY = join(import.meta.dirname, 'slow-proxy.mjs');
/** Milliseconds that an answer takes. */
const LATENCY = 20;

/**
 * Everything is in the registry, nothing on the machine: `nx run-many -t manifest` against `nx show projects`, by turns, both without what a run before left.
 * @param {object} options
 * @param {string} options.directory
 * @param {string} options.plugin
 * @param {import('./find-tools.mjs').Tools} options.tools
 * @param {number} options.images
 * @param {number} options.parallel
 * @param {number} options.pairs
 * @param {(text: string) => void} options.onRun
 */
export async function benchNoOp({ directory, plugin, tools, images, parallel, pairs, onRun }) {
  const registry = await startRegistry();
  const log = join(directory, 'requests.log');
  const repositories = join(directory, 'repositories');
  makeUpstream(repositories);
  let proxy = await startProxy({ registry, latency: 0, log, repositories });
  try {
    const host = `localhost:${proxy.port}`;
    await pushBase(host, makeBaseLayers());
    const root = join(directory, 'no-op');
    makeWorkspace(root, { plugin, nxJson: { plugins: ['@hephy/nx-image'] }, files: noOpSet({ images, host }) });
    commit(root);
    const env = {
      ...NX_ENVIRONMENT,
      ECR_REGISTRY: `${host}/bench/images`,
      HEPHY_PUBLISH: 'true',
      HEPHY_MANIFEST_TOOL: tools.manifestTool,
      HEPHY_KANIKO: tools.kaniko,
    };
    const run = (...words) => {
      forget(root);
      writeFileSync(log, '');
      const sample = runTimed(nxCommand(root, ...words), { cwd: root, env });
      const requests = readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      onRun(
        `no-op, nx ${words.join(' ')}: ${sample.wall.toFixed(2)} s wall, ${sample.cpu.toFixed(2)} s CPU, ${requests.length} requests`,
      );
      return { ...sample, requests };
    };
    const build = ['run-many', '-t', 'manifest', `--parallel=${parallel}`];
    run(...build);
    await proxy.stop();
    proxy = await startProxy({ registry, latency: LATENCY, log, repositories, port: proxy.port });
    const samples = [];
    for (let index = 0; index < pairs; index += 1) {
      const show = run('show', 'projects');
      const again = run(...build);
      refuseWork(root, again, images);
      samples.push({ show, again });
    }
    const [{ again }] = samples;
    return {
      images,
      latency: LATENCY,
      show: summarize(samples.map((sample) => sample.show)),
      again: summarize(samples.map((sample) => sample.again)),
      beyond: median(samples.map((sample) => sample.again.wall - sample.show.wall)),
      requests: countRequests(again.requests),
      budget: requestBudget({ images }),
    };
  } finally {
    await proxy.stop();
    await registry.stop();
  }
}

/** A run that built something, or wrote, is no measurement of one that has nothing to do. */
function refuseWork(root, { requests }, images) {
  const writes = requests.filter((line) => !/^(?:GET|HEAD) /.test(line) && !line.includes('/git/'));
  if (writes.length > 0) throw new Error(`a run with nothing to do wrote: ${writes.slice(0, 5).join(', ')}`);
  for (let index = 0; index < images; index += 1) {
    const result = JSON.parse(readFileSync(join(root, `dist/images/app-${index}/result.json`), 'utf8'));
    const outcomes = [...result.builds, result.manifest].map(({ outcome }) => outcome);
    if (outcomes.join() !== 'reused,reused,reused') throw new Error(`app-${index} was ${outcomes.join(', ')}`);
  }
}

async function startProxy({ registry, latency, log, repositories, port = 0 }) {
  const words = [SLOW_PROXY, port, registry.host, latency, log, repositories].map(String);
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const bound = await new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(Number(chunk.toString())));
    child.once('close', () => reject(new Error('the proxy ended')));
  });
  return {
    port: bound,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** One repository with a few files, for all images that are built from an upstream. */
function makeUpstream(repositories) {
  const work = join(repositories, 'work');
  mkdirSync(work, { recursive: true });
  for (let file = 0; file < 20; file += 1) writeFileSync(join(work, `${file}.txt`), `upstream ${file}\n`);
  commit(work);
  const { status, stderr } = spawnSync('git', ['clone', '-q', '--bare', work, join(repositories, 'upstream')]);
  if (status !== 0) throw new Error(stderr.toString());
  for (const name of ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant']) {
    spawnSync('git', ['-C', join(repositories, 'upstream'), 'config', name, 'true']);
  }
}

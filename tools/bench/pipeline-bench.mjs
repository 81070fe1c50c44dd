import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeBaseLayers, pushBase } from './base-image.mjs';
import { commit } from './commit.mjs';
import { PLATFORMS } from './image-set.mjs';
import { parentOf, pipelineSet } from './pipeline-set.mjs';
import { readJobs } from './read-jobs.mjs';
import { startRegistry } from './registry.mjs';
import { runTimed } from './run-timed.mjs';
import { compare, summarize } from './statistics.mjs';
import { forget, makeWorkspace, nxCommand, NX_ENVIRONMENT, writeFiles } from './workspace.mjs';

const CHECKOUT = join(import.meta.dirname, '../..');
const DIGEST = `sha256:${'0'.repeat(64)}`;

/**
 * The pipeline of a push to the default branch that changed every image, none of which the registry has: `hephy pipeline gitlab` against
 * `nx show projects --affected` of the same commits, by turns.
 * @param {object} options
 * @param {string} options.directory
 * @param {string} options.plugin
 * @param {number} options.images
 * @param {number} options.pairs
 * @param {(text: string) => void} options.onRun
 */
export async function benchPipeline({ directory, plugin, images, pairs, onRun }) {
  const registry = await startRegistry();
  try {
    await pushBase(registry.host, makeBaseLayers());
    const root = join(directory, 'pipeline');
    const files = pipelineSet({ images, host: registry.host });
    makeWorkspace(root, { plugin, nxJson: { plugins: ['@hephy/nx-image/plugin'] }, files });
    // Of several versions of a package the checkout has the plugin's own beside it.
    symlinkSync(
      join(CHECKOUT, 'packages/nx-image/node_modules'),
      join(root, 'node_modules/@hephy/nx-image/node_modules'),
    );
    const before = commit(root);
    writeFiles(
      root,
      Object.fromEntries(Array.from({ length: images }, (_, index) => [`images/app-${index}/files/new.txt`, 'new\n'])),
    );
    const head = commit(root);
    const file = join(directory, 'hephy-pipeline.yml');
    const env = { ...NX_ENVIRONMENT, ...gitlab(before, head), ECR_REGISTRY: `${registry.host}/bench/images` };
    const hephy = [process.execPath, join(root, 'node_modules/@hephy/nx-image/bin/hephy.js')];
    const time = (what, command) => {
      forget(root);
      const sample = runTimed(command, { cwd: root, env });
      onRun(`pipeline, ${what}: ${sample.wall.toFixed(2)} s wall, ${sample.cpu.toFixed(2)} s CPU`);
      return sample;
    };
    const plan = () => time('hephy pipeline gitlab', [...hephy, 'pipeline', 'gitlab', `--output=${file}`]);
    const show = () => {
      const words = ['show', 'projects', '--affected', `--base=${before}`, '--head=HEAD', '--json'];
      const sample = time('nx show projects --affected', nxCommand(root, ...words));
      const found = JSON.parse(sample.output.slice(sample.output.indexOf('['))).length;
      if (found !== images) throw new Error(`${found} projects are affected, and ${images} should be`);
      return sample;
    };
    plan();
    show();
    const samples = Array.from({ length: pairs }, (_, index) => {
      if (index % 2 === 0) return [plan(), show()];
      const shown = show();
      return [plan(), shown];
    });
    const text = readFileSync(file, 'utf8');
    const jobs = readJobs(text);
    refuseMissing(jobs, images);
    checkSchema(join(directory, 'child'), file);
    return {
      images,
      bytes: Buffer.byteLength(text),
      jobs: jobs.counts,
      needs: jobs.needs,
      plan: summarize(samples.map(([planned]) => planned)),
      show: summarize(samples.map(([, shown]) => shown)),
      ratio: compare(samples),
    };
  } finally {
    await registry.stop();
  }
}

/** By the schema of GitLab that gitlab-ci-local has. */
function checkSchema(directory, file) {
  mkdirSync(directory);
  copyFileSync(file, join(directory, '.gitlab-ci.yml'));
  commit(directory);
  spawnSync('git', ['-C', directory, 'remote', 'add', 'origin', 'https://gitlab.example.com/bench/images.git']);
  const program = join(CHECKOUT, 'node_modules/.bin/gitlab-ci-local');
  const { status, stdout, stderr } = spawnSync(program, ['--list'], { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the pipeline is none to gitlab-ci-local: ${stdout}${stderr}`.slice(0, 2000));
}

/** What GitLab says to a job of a push to the default branch. */
function gitlab(before, head) {
  return {
    ...{ GITLAB_CI: 'true', CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_PIPELINE_CREATED_AT: '2026-11-20T12:00:00Z' },
    ...{
      CI_COMMIT_BRANCH: 'main',
      CI_COMMIT_REF_NAME: 'main',
      CI_DEFAULT_BRANCH: 'main',
      CI_COMMIT_REF_PROTECTED: 'true',
    },
    ...{ CI_COMMIT_SHA: head, CI_COMMIT_BEFORE_SHA: before, CICD_TAG_AMD64: 'amd64', CICD_TAG_ARM64: 'arm64' },
    HEPHY_CI_KANIKO_IMAGE: `registry.example.com/kaniko@${DIGEST}`,
  };
}

/** A pipeline that lacks a build, or has one begin before what it is FROM, is no measurement of one that does not. */
function refuseMissing({ builds, after }, images) {
  for (let index = 0; index < images; index += 1) {
    for (const platform of PLATFORMS) {
      const architecture = platform.slice('linux/'.length);
      const name = `build app-${index} ${architecture}`;
      if (!builds.has(name)) throw new Error(`there is no job ${name}`);
      const parent = parentOf(index);
      if (parent !== undefined && !after(name, `build app-${parent} ${architecture}`)) {
        throw new Error(`${name} does not wait for app-${parent}`);
      }
    }
  }
}

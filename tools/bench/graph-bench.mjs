import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTimed } from './run-timed.mjs';
import { compare, summarize } from './statistics.mjs';
import { EMPTY_PLUGIN, SHAPE_PLUGIN } from './stub-plugins.mjs';
import { forget, makeWorkspace, nxCommand, NX_ENVIRONMENT } from './workspace.mjs';

/**
 * How long Nx takes for the graph of many image directories with the plugin, and for as many empty projects of the same
 * files without it; beside them what a graph of the same targets and edges costs when its plugin reads nothing.
 * @param {{ directory: string, plugin: string, projects: number, pairs: number, onRun: (text: string) => void }} options
 */
export function benchGraph({ directory, plugin, projects, pairs, onRun }) {
  const files = imageDirectories(projects);
  const sides = {
    hephy: join(directory, 'graph-hephy'),
    empty: join(directory, 'graph-empty'),
    shape: join(directory, 'graph-shape'),
  };
  makeWorkspace(sides.hephy, { plugin, nxJson: { plugins: ['@hephy/nx-image'] }, files });
  makeWorkspace(sides.empty, {
    nxJson: { plugins: ['empty-plugin'] },
    files: { ...files, ...EMPTY_PLUGIN },
  });
  makeWorkspace(sides.shape, {
    nxJson: { plugins: ['idle-plugin'] },
    files: { ...files, ...SHAPE_PLUGIN },
  });
  return {
    'nx show projects': measure(sides, pairs, ['show', 'projects', '--json'], onRun, (root, output) => {
      return JSON.parse(output.slice(output.indexOf('['))).length === projects;
    }),
    'nx graph --file': measure(sides, pairs, ['graph', '--file=graph.json'], onRun, (root) => {
      const { graph } = JSON.parse(readFileSync(join(root, 'graph.json'), 'utf8'));
      return Object.keys(graph.nodes).length === projects;
    }),
  };
}

function measure(sides, pairs, words, onRun, isRight) {
  const run = (side) => {
    const root = sides[side];
    forget(root);
    const sample = runTimed(nxCommand(root, ...words), { cwd: root, env: NX_ENVIRONMENT });
    if (!isRight(root, sample.output)) throw new Error(`nx ${words.join(' ')}: not every project is there (${side})`);
    onRun(`nx ${words[0]}, ${side}: ${sample.wall.toFixed(2)} s wall, ${sample.cpu.toFixed(2)} s CPU`);
    return { wall: sample.wall, cpu: sample.cpu };
  };
  // The first run of each fills the file cache and V8's code cache of neither side: it does not count.
  run('hephy');
  run('empty');
  run('shape');
  const shapes = [];
  const samples = Array.from({ length: pairs }, (_, index) => {
    shapes.push(run('shape'));
    if (index % 2 === 0) return [run('hephy'), run('empty')];
    const empty = run('empty');
    return [run('hephy'), empty];
  });
  return {
    hephy: summarize(samples.map(([hephy]) => hephy)),
    empty: summarize(samples.map(([, empty]) => empty)),
    ratio: compare(samples),
    shape: summarize(shapes),
    shapeRatio: compare(samples.map(([, empty], index) => [shapes[index], empty])),
  };
}

/** Images as repositories have them: most FROM an image of others, each tenth FROM one of its own. */
function imageDirectories(count) {
  const files = {};
  for (let index = 0; index < count; index += 1) {
    const name = `image-${index}`;
    const own = index % 10 === 9 ? `image-${index - 9}` : undefined;
    files[`images/${name}/build-config.yaml`] = [
      `# ${name}`,
      'target: ""',
      'context_path: .',
      'build_args:',
      `  - VERSION=1.${index}`,
      'platforms: [linux/amd64, linux/arm64]',
      'additional_tags:',
      `  - v1.${index}`,
      '  - latest',
      '',
    ].join('\n');
    files[`images/${name}/Dockerfile`] = [
      ...(own === undefined
        ? ['FROM docker.io/library/alpine:3.22']
        : ['ARG ECR_REGISTRY', `FROM \${ECR_REGISTRY}:${own}-latest`]),
      'ARG VERSION',
      'RUN echo "$VERSION" >/version',
      'COPY . /app',
      'ENTRYPOINT ["/app/run"]',
      '',
    ].join('\n');
  }
  return files;
}

/** A package of a generated workspace, by path. */
function installed(name, manifest, files) {
  const entries = Object.entries({
    'package.json': JSON.stringify({ name, version: '1.0.0', main: 'index.js', ...manifest }),
    ...files,
  });
  return Object.fromEntries(entries.map(([file, text]) => [`node_modules/${name}/${file}`, text]));
}

/**
 * Infers a project without anything in it from each file that the plugin reads: what Nx itself costs. A package, because a
 * plugin that is a file of the workspace costs Nx more to find.
 */
export const EMPTY_PLUGIN = installed(
  'empty-plugin',
  {},
  {
    'index.js': `'use strict';
const { basename, dirname } = require('node:path');
exports.name = 'empty-plugin';
exports.createNodes = [
  '**/build-config.yaml',
  (files) => files.map((file) => [file, { projects: { [dirname(file)]: { name: basename(dirname(file)) } } }]),
];
`,
  },
);

const EXECUTOR = {
  implementation: './executor.js',
  batchImplementation: './executor.js#batch',
  preferBatch: true,
  schema: './schema.json',
};

/** The targets of an image for two platforms, with batch executors that do nothing. */
export const IDLE_PLUGIN = installed(
  'idle-plugin',
  { executors: './executors.json' },
  {
    'executors.json': JSON.stringify({ executors: { build: EXECUTOR, manifest: EXECUTOR } }),
    'schema.json': JSON.stringify({ type: 'object', properties: {} }),
    'executor.js': `'use strict';
exports.default = async () => ({ success: true });
exports.batch = async function* (graph) {
  for (const task of Object.keys(graph.tasks)) yield { task, result: { success: true, terminalOutput: '' } };
};
`,
    'index.js': `'use strict';
const { basename, dirname } = require('node:path');
exports.name = 'idle-plugin';
const target = (executor, dependsOn) => ({ executor: 'idle-plugin:' + executor, dependsOn, cache: false });
const targets = {
  prepare: target('build', []),
  'build-amd64': target('build', ['prepare', '^build-amd64']),
  'build-arm64': target('build', ['prepare', '^build-arm64']),
  manifest: target('manifest', ['build-amd64', 'build-arm64', '^manifest']),
};
exports.createNodes = [
  '**/build-config.yaml',
  (files) => files.map((file) => [file, { projects: { [dirname(file)]: { name: basename(dirname(file)), targets } } }]),
];
`,
  },
);

/**
 * The same targets, and an edge from each tenth project, without reading a file: what Nx takes for a graph of this shape,
 * however little its plugin does.
 */
export const SHAPE_PLUGIN = {
  ...IDLE_PLUGIN,
  'node_modules/idle-plugin/index.js': `${IDLE_PLUGIN['node_modules/idle-plugin/index.js']}
exports.createDependencies = (_options, { projects }) =>
  Object.keys(projects).flatMap((source) => {
    const index = Number(/^image-(\\d+)$/.exec(source)?.[1]);
    return index % 10 === 9 ? [{ source, target: \`image-\${index - 9}\`, type: 'implicit' }] : [];
  });
`,
};

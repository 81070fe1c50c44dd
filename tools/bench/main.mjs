/** `npm run bench`: what Nx and hephy add to what they stand on. See docs/benchmarks.md; `npm run bench -- --help`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureFileCost } from './file-cost.mjs';
import { findTools, whyNot } from './find-tools.mjs';
import { benchGraph } from './graph-bench.mjs';
import { benchImages } from './image-bench.mjs';
import { judge } from './judge.mjs';
import { benchNoOp } from './no-op-bench.mjs';
import { benchPipeline } from './pipeline-bench.mjs';
import { readOptions } from './read-options.mjs';
import { renderPipeline, renderRequests, renderResults } from './render-results.mjs';
import { buildPlugin } from './workspace.mjs';

/** Milliseconds for a new file; most file systems take a fifth of it. */
const DEAR = 0.1;

const options = readOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(options);
  process.exitCode = options.startsWith('bench:') ? 2 : 0;
} else {
  process.exitCode = await main(options);
}

/** Exit code 0: measured, and every bound is kept. */
async function main({ only, pairs, projects, images, noOpImages, pipelineImages, parallel, json, keep, bounds }) {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-bench-'));
  const onRun = (text) => console.log(text);
  try {
    const plugin = join(directory, 'plugin');
    buildPlugin(plugin);
    const fileCost = measureFileCost(directory);
    const measured = { images: {} };
    const skipped = [];
    if (only.includes('graph')) measured.graph = benchGraph({ directory, plugin, projects, pairs, onRun });
    const tools = findTools();
    for (const builder of ['kaniko', 'buildah'].filter((name) => only.includes(name))) {
      const obstacle = whyNot(builder, tools);
      if (obstacle === undefined) {
        const set = { directory, plugin, builder, tools, images, parallel, pairs, onRun };
        measured.images[builder] = await benchImages(set);
      } else {
        skipped.push(`${builder}: not measured, ${obstacle}`);
      }
    }
    if (only.includes('noop')) {
      const obstacle = whyNot('kaniko', tools);
      const set = { directory, plugin, tools, images: noOpImages, parallel, pairs, onRun };
      if (obstacle === undefined) measured.noOp = await benchNoOp(set);
      else skipped.push(`noop: not measured, ${obstacle}`);
    }
    if (only.includes('pipeline')) {
      measured.pipeline = await benchPipeline({ directory, plugin, images: pipelineImages, pairs, onRun });
    }
    const rows = judge(measured, bounds);
    console.log(`\n${describe({ pairs, projects, images, parallel, fileCost })}\n\n${renderResults(rows)}`);
    if (measured.noOp !== undefined) console.log(`\n${renderRequests(measured.noOp)}`);
    if (measured.pipeline !== undefined) console.log(`\n${renderPipeline(measured.pipeline)}`);
    for (const line of skipped) console.log(line);
    if (json !== undefined)
      writeFileSync(
        json,
        `${JSON.stringify({ pairs, projects, images, parallel, bounds, fileCost, ...measured, skipped }, null, 2)}\n`,
      );
    return rows.every((row) => row.kept !== false) ? 0 : 1;
  } finally {
    if (keep) console.log(`kept: ${directory}`);
    else rmSync(directory, { recursive: true, force: true });
  }
}

function describe({ pairs, projects, images, parallel, fileCost }) {
  return [
    `Medians of ${pairs}; ${projects} projects in the graph; ${images} images, two platforms, ${parallel} builders at once.`,
    `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} CPUs, Node ${process.version}.`,
    `A new file in ${tmpdir()} costs ${fileCost.toFixed(3)} ms of CPU${fileCost > DEAR ? ', much of what is added when cold: TMPDIR=/dev/shm' : ''}.`,
  ].join('\n');
}

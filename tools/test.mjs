/**
 * `npm test [-- SUITE…]`: sets the machine up, runs every suite even after a failure, and closes with one line over all of them.
 * Fails on a failed test, and on a suite in which no test ran.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { installNodeModules } from './setup/install-node-modules.mjs';
import { setUp } from './setup/set-up.mjs';
import { describeTools } from './test/describe-tools.mjs';
import { runJest } from './test/run-jest.mjs';
import { runLint } from './test/run-lint.mjs';

const WORKSPACE = join(import.meta.dirname, '..');
const CORES = availableParallelism();
/** Where real builders, registries and time limits are, one file in three waits. */
const WAITING = Math.ceil(CORES / 2);
/** As packages/nx-image/testing/every-case.ts has it. */
const EVERY_CASE = !['', '0', undefined].includes(process.env.HEPHY_TEST_EVERYTHING);

/** @type {Record<string, () => Promise<import('./test/run-jest.mjs').SuiteResult>>} */
const SUITES = {
  lint: () => runLint(WORKSPACE),
  unit: () => runJest(WORKSPACE, 'packages/nx-image', 'unit', CORES),
  integration: () => runJest(WORKSPACE, 'packages/nx-image', 'integration', CORES + WAITING),
  e2e: () => runJest(WORKSPACE, 'packages/nx-image-e2e', 'e2e', CORES + WAITING),
};

/** One after the other; what is in one row at the same time: most of lint is one program on one core. */
const SIDE_BY_SIDE = [['lint', 'unit'], ['integration'], ['e2e']];

process.exitCode = await main(process.argv.slice(2));

async function main(wanted) {
  const unknown = wanted.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) {
    console.error(`test: there is no suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}.`);
    return 2;
  }
  if (!installNodeModules(WORKSPACE) || !setUp('tests')) return 1;
  const results = [];
  for (const side of SIDE_BY_SIDE) {
    const names = side.filter((name) => wanted.length === 0 || wanted.includes(name));
    results.push(...(await Promise.all(names.map(runSuite))));
  }
  report(results);
  return results.every((result) => result.failed.length === 0) ? 0 : 1;
}

async function runSuite(name) {
  console.log(`\n── ${name} ──`);
  const start = performance.now();
  const result = await SUITES[name]();
  if (result.passed + result.failed.length === 0) result.failed.push(`${name}: no test ran`);
  return { name, ...result, seconds: (performance.now() - start) / 1000 };
}

function report(results) {
  const failed = results.flatMap((result) => result.failed);
  const skipped = results.flatMap((result) => result.skipped);
  console.log('\n── results ──');
  for (const { name, passed, failed: broken, skipped: left, seconds } of results) {
    console.log(
      `${name.padEnd(12)} ${passed} passed, ${broken.length} failed, ${left.length} skipped, ${Math.round(seconds)} s`,
    );
  }
  for (const name of failed) console.log(`failed:  ${name}`);
  for (const name of skipped) console.log(`skipped: ${name}`);
  for (const line of describeTools()) console.log(line);
  console.log(
    EVERY_CASE
      ? 'matrices: whole, by HEPHY_TEST_EVERYTHING'
      : 'matrices: each row and each column; HEPHY_TEST_EVERYTHING=1 runs them whole',
  );
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
}

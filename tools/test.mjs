/**
 * `npm test [-- SUITE…]`: sets the machine up, runs every suite even after a failure, and closes with one line over all of them.
 * Fails on a failed test, and on a suite in which no test ran.
 */
import { join } from 'node:path';
import { installNodeModules } from './setup/install-node-modules.mjs';
import { setUp } from './setup/set-up.mjs';
import { describeTools } from './test/describe-tools.mjs';
import { runJest } from './test/run-jest.mjs';
import { runLint } from './test/run-lint.mjs';

const WORKSPACE = join(import.meta.dirname, '..');

/** @type {Record<string, () => Promise<import('./test/run-jest.mjs').SuiteResult>>} */
const SUITES = {
  lint: () => runLint(WORKSPACE),
  unit: () => runJest(WORKSPACE, 'packages/nx-image', 'unit'),
  integration: () => runJest(WORKSPACE, 'packages/nx-image', 'integration'),
  e2e: () => runJest(WORKSPACE, 'packages/nx-image-e2e', 'e2e'),
};

process.exitCode = await main(process.argv.slice(2));

async function main(wanted) {
  const unknown = wanted.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) {
    console.error(`test: there is no suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}.`);
    return 2;
  }
  if (!installNodeModules(WORKSPACE) || !setUp('tests')) return 1;
  const results = [];
  for (const [name, run] of Object.entries(SUITES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n── ${name} ──`);
    const start = performance.now();
    const result = await run();
    if (result.passed + result.failed.length === 0) result.failed.push(`${name}: no test ran`);
    results.push({ name, ...result, seconds: (performance.now() - start) / 1000 });
  }
  report(results);
  return results.every((result) => result.failed.length === 0) ? 0 : 1;
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
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
}

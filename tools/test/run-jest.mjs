import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/**
 * @typedef {object} SuiteResult
 * @property {number} passed
 * @property {string[]} failed Names, and what kept a file of tests or the whole suite from running.
 * @property {string[]} skipped Names.
 */

/**
 * One jest project, its output as it comes.
 * @param {number} workers Files at once.
 * @returns {Promise<SuiteResult>}
 */
export async function runJest(workspace, directory, project, workers) {
  const scratch = mkdtempSync(join(tmpdir(), 'hephy-test-'));
  try {
    const file = join(scratch, 'results.json');
    const options = [
      '--selectProjects',
      project,
      '--ci',
      '--json',
      '--outputFile',
      file,
      '--maxWorkers',
      String(workers),
    ];
    const code = await run(join(workspace, 'node_modules/jest/bin/jest.js'), options, join(workspace, directory));
    return readResults(file, project, code, workspace);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function readResults(file, project, code, workspace) {
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: [`${project}: jest ended with ${code} and without results`], skipped: [] };
  }
  const tests = results.testResults.flatMap((suite) => suite.assertionResults);
  const nameOf = (test) => `${project}: ${test.fullName}`;
  const failed = [
    ...tests.filter((test) => test.status === 'failed').map(nameOf),
    ...results.testResults
      .filter((suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'))
      .map((suite) => `${project}: ${relative(workspace, suite.name)} failed outside its tests`),
  ];
  if (code !== 0 && failed.length === 0) failed.push(`${project}: jest ended with ${code}`);
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed,
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).map(nameOf),
  };
}

/** jest's JSON goes into the file; stdout has nothing else to say. */
function run(program, parameters, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...parameters], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code ?? signal);
    });
  });
}

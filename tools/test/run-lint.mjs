import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Each is one test. */
const CHECKS = {
  eslint: ['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  prettier: ['prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'],
  types: ['typescript/bin/tsc', '--build', 'tsconfig.json'],
};

/**
 * All of them side by side, the output of each only when it fails.
 * @returns {Promise<import('./run-jest.mjs').SuiteResult>}
 */
export async function runLint(workspace) {
  const result = { passed: 0, failed: [], skipped: [] };
  const checks = Object.entries(CHECKS).map(async ([name, [program, ...parameters]]) => {
    const { code, output } = await run(join(workspace, 'node_modules', program), parameters, workspace);
    console.log(`${code === 0 ? 'PASS' : 'FAIL'} ${name}`);
    if (code === 0) {
      result.passed += 1;
    } else {
      console.log(output.trim());
      result.failed.push(`lint: ${name}`);
    }
  });
  await Promise.all(checks);
  return result;
}

function run(program, parameters, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...parameters], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Each is one test: its output only when it fails. */
const CHECKS = {
  eslint: ['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  prettier: ['prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'],
  types: ['typescript/bin/tsc', '--build', 'tsconfig.json'],
};

/** @returns {Promise<import('./run-jest.mjs').SuiteResult>} */
export function runLint(workspace) {
  const result = { passed: 0, failed: [], skipped: [] };
  for (const [name, [program, ...parameters]] of Object.entries(CHECKS)) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(workspace, 'node_modules', program), ...parameters],
      {
        cwd: workspace,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    console.log(`${status === 0 ? 'PASS' : 'FAIL'} ${name}`);
    if (status === 0) {
      result.passed += 1;
    } else {
      console.log(`${stdout}${stderr}`.trim());
      result.failed.push(`lint: ${name}`);
    }
  }
  return Promise.resolve(result);
}

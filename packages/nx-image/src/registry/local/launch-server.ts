import { mkdirSync, rmSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { launchDetached } from '../../process/launch-detached';
import type { ServeOptions } from './serve';

const LOG_LIMIT = 1024 * 1024;

/** Where the server's output goes. */
export function logFileOf(directory: string): string {
  return join(directory, 'server.log');
}

/** Starts the server's process and answers its id. It may yet find its port taken: ask the port. */
export function launchServer(options: Omit<ServeOptions, 'onNote'>): number {
  const { directory } = options;
  const logFile = logFileOf(directory);
  mkdirSync(directory, { recursive: true });
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT) rmSync(logFile);
  return launchDetached({
    file: process.execPath,
    arguments: [...programArguments(), JSON.stringify(options)],
    env: { PATH: process.env.PATH ?? '' },
    cwd: directory,
    logFile,
  });
}

/** Node runs the built main; from TypeScript source, in hephy's own workspace, it needs the compiler that Nx has there. */
function programArguments(): readonly string[] {
  const extension = extname(__filename);
  const main = join(__dirname, `main${extension}`);
  if (extension === '.js') return [main];
  // As Nx registers it: CommonJS, whatever tsconfig says of modules.
  const start =
    'require(process.argv[1]).register({ module: 1, target: 9, esModuleInterop: true }); require(process.argv[2]);';
  return ['-e', start, require.resolve('@swc-node/register/register'), main];
}

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestEngine } from './engines';

const MOUNTED = '/mounted';
/** Where the program finds what it works on. */
export const WORKSPACE_IN_IMAGE = `${MOUNTED}/workspace`;

/**
 * Runs one of our programs in Kaniko's image, with Node, its libraries and loader, the code and the workspace as mounts: what a job in that image has. Answers what it
 * said when it failed.
 */
export function runInKanikoImage(
  docker: TestEngine,
  image: string,
  directory: { readonly own: string; readonly code: string; readonly workspace: string },
  args: readonly string[],
): string {
  const linked = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  const node = join(directory.own, 'node');
  if (!existsSync(node)) {
    mkdirSync(node);
    for (const path of [process.execPath, ...(linked.match(/\/\S+(?= \()/g) ?? [])])
      cpSync(path, join(node, basename(path)), { dereference: true });
  }
  const loader = basename(/^\s*(\/\S+)/m.exec(linked)?.[1] ?? '');
  const mounts = [
    ['node', node],
    ['code', directory.code],
    ['workspace', directory.workspace],
  ].map(([name = '', from = '']) => `--volume=${from}:${MOUNTED}/${name}`);
  const end = spawnSync(
    'docker',
    [
      ...['run', '--rm', '--network=host', ...mounts, `--entrypoint=${MOUNTED}/node/${loader}`, image],
      ...['--library-path', `${MOUNTED}/node`, `${MOUNTED}/node/${basename(process.execPath)}`],
      ...args.map((arg) => arg.replace(/^code\//, `${MOUNTED}/code/`)),
    ],
    { env: docker.env, encoding: 'utf8' },
  );
  return end.stderr;
}

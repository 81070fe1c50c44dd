import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { findOnPath } from '../../../nx-image/testing/external-tools';
import type { RegistryView } from './registry-view';
import { run, type Env, type Run } from './run';

/** An image on disk, and its programs run there as in a container of it: nothing of the machine but the network and name lookup. */
export class UnpackedImage {
  private constructor(readonly root: string) {}

  /** @param reference of one platform's image */
  static async unpack(registry: RegistryView, reference: string, root: string): Promise<UnpackedImage> {
    mkdirSync(root, { recursive: true });
    for (const layer of await registry.layers(reference)) {
      execFileSync('tar', ['--numeric-owner', '-xpf', '-', '-C', root], { input: layer, maxBuffer: 2 ** 20 });
    }
    return new UnpackedImage(root);
  }

  run(env: Env, command: readonly string[]): Promise<Run> {
    const bubblewrap = findOnPath('bwrap');
    if (bubblewrap === undefined) throw new Error('there is no bwrap on PATH');
    return run(this.root, bubblewrap, [
      ...['--bind', this.root, '/', '--proc', '/proc', '--dev', '/dev'],
      ...['--ro-bind', '/etc/resolv.conf', '/etc/resolv.conf', '--ro-bind', '/etc/hosts', '/etc/hosts'],
      ...['--unshare-pid', '--die-with-parent', '--chdir', '/', '--clearenv'],
      ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
      '--',
      ...command,
    ]);
  }
}

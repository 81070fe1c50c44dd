import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST_ARCHITECTURE } from './host-shell';
import { pushTarImage } from './tar-image';

const TOOLS = ['asm', 'compile', 'link'].map((name) => `pkg/tool/linux_${HOST_ARCHITECTURE}/${name}`);
const LIBRARY = ['runtime', 'internal', 'unsafe', 'cmd/internal', 'sync', 'errors', 'math/bits'].map(
  (name) => `src/${name}`,
);

/** This machine's Go, with as much of its library as a program needs that only prints. @returns its reference, by digest */
export async function pushGoImage(go: string, host: string, path: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-go-'));
  try {
    const root = execFileSync(go, ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
    const wanted = ['bin/go', 'VERSION', 'go.env', 'pkg/include', ...TOOLS, ...LIBRARY];
    const there = wanted.filter((one) => existsSync(join(root, one))).map((one) => `./${one}`);
    const libraries = execFileSync('ldd', ['/bin/sh'], { encoding: 'utf8' }).match(/\/\S+(?= \()/g) ?? [];
    const layer = join(directory, 'layer.tar');
    execFileSync('tar', ['-chf', layer, '--transform=s,^\\./,usr/local/go/,', '-C', root, ...there]);
    execFileSync('tar', ['-rhf', layer, '-C', '/', ...['/bin/sh', ...libraries].map((one) => one.slice(1))]);
    mkdirSync(join(directory, 'tmp'));
    execFileSync('tar', ['-rf', layer, '-C', directory, 'tmp']);
    const { digest } = await pushTarImage(host, path, {
      platform: `linux/${HOST_ARCHITECTURE}`,
      layers: [layer],
      config: { Env: ['PATH=/usr/local/go/bin:/bin'] },
    });
    return `${host}/${path}@${digest}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

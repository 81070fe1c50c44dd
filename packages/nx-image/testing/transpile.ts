import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';

/** The plugin's own code and the programs of `testing`, as JavaScript that needs nothing else: for processes that do not see this checkout. */
export function transpileInto(directory: string): void {
  const root = join(__dirname, '..');
  for (const room of ['src', 'testing']) {
    for (const path of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.ts') || path.endsWith('.spec.ts') || path.endsWith('.d.ts')) continue;
      const { code } = transformFileSync(join(root, room, path), {
        configFile: false,
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
      });
      const target = join(directory, room, path.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, code);
    }
  }
}

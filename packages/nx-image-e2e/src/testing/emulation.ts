import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHECKOUT } from './documents';

/** Has the kernel run the other architecture's programs. Why not, if not. */
export function registerEmulator(): string | undefined {
  const module = pathToFileURL(join(CHECKOUT, 'tools/setup/register-emulator.mjs')).href;
  const script = `import { registerEmulator } from '${module}'; process.stdout.write(registerEmulator() ?? '');`;
  const why = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  return why === '' ? undefined : why;
}

import type { ProcessEnd } from '../process/process';
import { hasImage } from './kaniko-image';

const engine = { name: 'podman', tool: { path: '/usr/bin/podman' } } as never;

function ask(end: ProcessEnd): Promise<boolean> {
  return hasImage(engine, 'kaniko:v1', { env: {}, runProcess: () => Promise.resolve(end) });
}

test('an image that the engine does not know is not there', async () => {
  const stderr = 'Error: kaniko:v1: image not known\n';
  await expect(ask({ kind: 'exited', exitCode: 125, stdout: new Uint8Array(), stderr })).resolves.toBe(false);
});

test('of one about which it does not answer in time nothing is known', async () => {
  await expect(ask({ kind: 'timed out', after: 60_000 })).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    message: 'podman does not tell whether it has kaniko:v1: no answer within 60 s',
  });
});

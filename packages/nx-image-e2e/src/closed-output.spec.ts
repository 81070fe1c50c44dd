import { succeed } from './testing/run';
import { imageConfig, Workspace } from './testing/workspace';

describe('a reader that stops before the end', () => {
  it('ends a command without a word', async () => {
    const images = Array.from({ length: 40 }, (_, index) => [
      [`image-${index}/build-config.yaml`, imageConfig()],
      [`image-${index}/Dockerfile`, 'FROM scratch\nCOPY Dockerfile /\n'],
    ]);
    const workspace = await Workspace.withImages(Object.fromEntries(images.flat()) as Record<string, string>);
    try {
      // A reader that is gone before anything is written.
      const line = 'mkfifo pipe; (exec <pipe) & (HEPHY_REGISTRY=local npx hephy plan; echo $? >code) >pipe';
      expect(await succeed(workspace.sh(line))).not.toMatch(/EPIPE|Error/);
      expect(workspace.read('code')).toBe('0\n');
    } finally {
      await workspace.remove();
    }
  });
});

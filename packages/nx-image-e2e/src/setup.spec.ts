import { CHECKOUT } from './testing/documents';
import { run, type Env } from './testing/run';

describe('tools/setup', () => {
  const setUp = (env: Env = {}) => run(CHECKOUT, process.execPath, ['tools/setup/main.mjs', 'demo'], env);

  it('does and says nothing where all is there', async () => {
    expect(await setUp()).toEqual({ code: 0, output: '' });
  });

  it('says what is missing, why, and how to get it, where it cannot install anything', async () => {
    const { code, output } = await setUp({ PATH: '/nowhere' });
    expect(code).toBe(1);
    expect(output).toContain('buildah (builds images where there is no Kaniko)');
    expect(output).toMatch(/sudo apt-get install .*\bbuildah\b.*\bbubblewrap\b/);
  });
});

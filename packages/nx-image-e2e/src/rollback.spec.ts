import type { RegistryView } from './testing/registry-view';
import { succeed } from './testing/run';
import { startPublishing, type Publishing } from './testing/start-publishing';
import { imageConfig, type Workspace } from './testing/workspace';

interface Manifest {
  readonly versionTag: string;
  readonly digest: string;
  readonly tags: readonly { readonly tag: string; readonly state: string }[];
  readonly notes: readonly string[];
}

/** Pipelines of a protected branch, in an order of their own, and somebody who goes back. */
describe('going back', () => {
  const CONFIG = 'images/web/build-config.yaml';
  let publishing: Publishing;
  let registry: RegistryView;
  let workspace: Workspace;

  beforeAll(async () => {
    publishing = await startPublishing(() => ({
      [CONFIG]: imageConfig(['# ours']),
      'images/web/Dockerfile': 'FROM scratch\nCOPY data.txt /\n',
      'images/web/data.txt': 'good\n',
      'images/api/build-config.yaml': imageConfig(),
      'images/api/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:web-latest\nCOPY api.txt /\n',
      'images/api/api.txt': 'api\n',
    }));
    ({ registry, workspace } = publishing);
  });
  afterAll(() => publishing.end());

  /** A pipeline that was created so many minutes from now; answers what it published of web. */
  const pipeline = async (minutes: number): Promise<Manifest> => {
    const created = new Date(Date.now() + minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
    const env = { CI: 'true', GITLAB_CI: 'true', CI_COMMIT_REF_NAME: 'main', CI_COMMIT_REF_PROTECTED: 'true' };
    await succeed(workspace.nx(['run-many', '-t', 'manifest'], { ...env, CI_PIPELINE_CREATED_AT: created }));
    return (workspace.readJson('dist/images/web/result.json') as { manifest: Manifest }).manifest;
  };
  const stateOf = ({ tags }: Manifest) => tags.find(({ tag }) => tag === 'web-latest')?.state;
  /** Those of api follow what web's directory makes. */
  const tagsOfWeb = async () => Object.entries(await registry.snapshot()).filter(([tag]) => tag.includes('web'));
  const data = async (tag: string) => registry.file(await registry.childOf(tag, 'arm64'), 'data.txt');

  it('leaves each tag where it should be, through late, scheduled and releasing pipelines', async () => {
    const good = await pipeline(-50);
    workspace.write('images/web/data.txt', 'bad\n');
    await workspace.commit('Break it');
    const bad = await pipeline(-40);
    expect(await data('web-latest')).toBe('bad\n');

    const refused = await workspace.hephy(['rollback', 'web', good.versionTag]);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('PUBLISH_NOT_ALLOWED')]);
    const asked = { HEPHY_PUBLISH: 'true' };
    const done = await succeed(workspace.hephy(['rollback', 'web', good.versionTag], asked));
    expect(done).toContain(`web-latest: moved from ${bad.versionTag}`);
    expect(done).toContain(`Commit and push ${CONFIG}`);
    expect(done).toMatch(/api at api-\S+: stands on the newest web/);
    expect(await registry.digest('web-latest')).toBe(good.digest);
    expect(workspace.read(CONFIG)).toBe(`${imageConfig(['# ours'])}hold: ${good.versionTag}\n`);
    // The tree is changed now, which is no reason not to go on.
    const again = await succeed(workspace.hephy(['rollback', 'web', good.versionTag, '--json'], asked));
    expect(JSON.parse(again)).toMatchObject({ edited: false, tags: [{ tag: 'web-latest', moved: false }] });
    const held = workspace.read(CONFIG);

    // Created before, of a commit without the line, and ends only now.
    await workspace.git('checkout', '-q', '--', CONFIG);
    workspace.write('images/web/data.txt', 'late\n');
    await workspace.commit('Be late');
    const late = await pipeline(-20);
    expect([stateOf(late), await data(late.versionTag)]).toEqual(['late', 'late\n']);
    expect(await data('web-latest')).toBe('good\n');

    workspace.write(CONFIG, held);
    workspace.write('images/web/data.txt', 'bad\n');
    await workspace.commit('Hold web');
    const before = await tagsOfWeb();
    const scheduled = await pipeline(1);
    expect([stateOf(scheduled), scheduled.versionTag]).toEqual(['held', bad.versionTag]);
    expect(scheduled.notes.join()).toContain(`${CONFIG}:`);
    expect(await tagsOfWeb()).toEqual(before);

    workspace.write(CONFIG, imageConfig(['# ours']));
    workspace.write('images/web/data.txt', 'mended\n');
    await workspace.commit('Mend it');
    const released = await pipeline(2);
    expect([stateOf(released), await data('web-latest')]).toEqual(['written', 'mended\n']);
    expect(await registry.digest('last-web')).toBe(released.digest);
    expect(await registry.digest(good.versionTag)).toBe(good.digest);
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import { chooseBuilder } from '../src/tools/choose-builder';
import { setBuilderStage, type BuilderStage } from '../testing/builder-stage';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { readImage } from '../testing/image-layers';
import { installStandIns } from '../testing/stand-in/install';

const kaniko = findExternalTool('kaniko');
const real = kaniko !== undefined && findOnPath('bwrap') !== undefined;

let stage: BuilderStage;
beforeAll(async () => {
  stage = await setBuilderStage();
});
afterAll(() => stage.stop());
afterEach(() => {
  expect(readdirSync(join(stage.directory, 'work'))).toEqual([]);
});

const choose = (wanted: 'kaniko' | 'buildah', env: Readonly<Record<string, string | undefined>>) =>
  chooseBuilder({ wanted, local: false, env, uid: process.getuid?.(), runProcess });

test('buildah gets a copy of a context that it may write into', async () => {
  const chosen = await choose('buildah', process.env);
  const dockerfile =
    'FROM {base}\nRUN --mount=type=bind,target=/context,rw echo changed > /context/a && echo > /context/new\n';
  const found = await stage.run(chosen, { name: 'writes', dockerfile, files: { a: 'a' } }, { writesContext: true });
  expect(found.outcome).toMatchObject({ kind: 'pushed' });
  const context = join(stage.directory, 'contexts', found.tag);
  expect(readFileSync(join(context, 'a'), 'utf8')).toBe('a');
  expect(existsSync(join(context, 'new'))).toBe(false);
});

/** A runtime in which memory is always full: builds go to disk. */
function withoutMemory(bubblewrap: string): string {
  const path = join(stage.directory, `without-memory-${bubblewrap.replaceAll('/', '-')}`);
  const full = 'error building image: error building stage: write /x: no space left on device';
  writeFileSync(
    path,
    `#!/bin/sh\ncase " $* " in *" --tmpfs / "*) echo '${full}' >&2; exit 1;; esac\nexec '${bubblewrap}' "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

describe.each([
  ['the stand-in executor', false],
  ['Kaniko 1.28', true],
])('%s', (title, wanted) => {
  (wanted && !real ? test.skip : test)(`${title} builds on disk what does not fit into memory`, async () => {
    const standIns = installStandIns(join(stage.directory, 'stand-ins'));
    const env = wanted
      ? { HEPHY_KANIKO: kaniko, HEPHY_BWRAP: withoutMemory(findOnPath('bwrap') ?? '') }
      : { ...standIns.env, HEPHY_BWRAP: withoutMemory(standIns.bubblewrap) };
    const dockerfile = 'FROM {base} AS one\nRUN echo x > /x\nFROM {base}\nCOPY --from=one /x /y\nRUN echo z > /z\n';
    const found = await stage.run(await choose('kaniko', env), { name: 'on disk', dockerfile });
    expect(found.outcome).toMatchObject({ kind: 'pushed' });
    const { layers } = await readImage(stage.hosts.ok, stage.path, found.tag);
    expect(layers.at(-1)?.map(({ path }) => path)).toContain('z');
  });
});

test('a digest of earlier is no digest of now', async () => {
  const standIns = installStandIns(join(stage.directory, 'stand-ins'));
  const silent = join(stage.directory, 'silent-executor');
  writeFileSync(silent, '#!/bin/sh\ncase "$1" in version) echo "Kaniko version :  v1.28.3";; esac\n');
  chmodSync(silent, 0o755);
  const chosen = await choose('kaniko', { ...standIns.env, HEPHY_KANIKO: silent });
  const found = await stage.run(chosen, { name: 'silent', dockerfile: 'FROM scratch\n' });
  expect(found.outcome).toMatchObject({
    kind: 'failed',
    message: 'Kaniko ended well and left no digest of what it pushed',
  });
});

(process.getuid?.() === 0 ? test : test.skip)(
  'a directory that cannot be removed takes nothing of what came of the build',
  async () => {
    const work = join(stage.directory, 'work');
    let held: string | undefined;
    const onProgress = (): void => {
      if (held !== undefined) return;
      held = join(work, readdirSync(work)[0] ?? '', 'held');
      mkdirSync(held);
      execFileSync('mount', ['-t', 'tmpfs', 'hephy-test', held]);
    };
    try {
      const image = { name: 'held', dockerfile: 'FROM scratch\nCOPY a /\n', files: { a: 'a' } };
      const found = await stage.run(await choose('buildah', process.env), image, { onProgress });
      expect(found.outcome).toMatchObject({ kind: 'pushed' });
      expect(found.lines.at(-1)).toMatch(/^hephy: .*\/work\/build-\w+ cannot be removed now: EBUSY/);
    } finally {
      execFileSync('umount', [held ?? '']);
      for (const name of readdirSync(work)) rmSync(join(work, name), { recursive: true });
    }
  },
);

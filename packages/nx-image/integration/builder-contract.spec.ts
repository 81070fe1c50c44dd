import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { runProcess } from '../src/process/run-process';
import { chooseBuilder, type ChosenBuilder } from '../src/tools/choose-builder';
import { BUILDER_CASES, type BuilderCase } from '../testing/builder-cases';
import { setBuilderStage, type BuilderStage, type CaseRun } from '../testing/builder-stage';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { HOST_ARCHITECTURE } from '../testing/host-shell';
import { readImage } from '../testing/image-layers';
import { readKanikoFlags } from '../testing/kaniko-help';
import { livingProcesses, until } from '../testing/processes';
import { installStandIns } from '../testing/stand-in/install';
import flags from '../testing/stand-in/kaniko-flags.json';
import { readTranscripts, settle, writeTranscript, type Transcript } from '../testing/transcripts';

/** Whether transcripts are written anew instead of compared: `HEPHY_RECORD=1`, after a change of cases or of Kaniko. */
const RECORD = process.env.HEPHY_RECORD === '1';
const CASES = BUILDER_CASES.map((one) => [one.name, one] as const);
const kaniko = findExternalTool('kaniko');

let stage: BuilderStage;
beforeAll(async () => {
  stage = await setBuilderStage();
});
afterAll(() => stage.stop());

const BUILDERS = [
  ['the stand-in executor', 'stand-in'],
  ['buildah', 'buildah'],
  ['Kaniko 1.28', 'kaniko'],
] as const;

describe.each(BUILDERS)('%s', (title, kind) => {
  const there = kind !== 'kaniko' || (kaniko !== undefined && findOnPath('bwrap') !== undefined);
  const run = there ? test : test.skip;
  let chosen: ChosenBuilder;

  beforeAll(async () => {
    if (there) chosen = await choose(kind);
  });
  afterEach(() => {
    if (there) expect(readdirSync(join(stage.directory, 'work'))).toEqual([]);
  });

  run.each(CASES)(`${title}: %s`, async (_, one) => {
    let found = await stage.run(chosen, one);
    for (let tries = 1; tries < 5 && kind !== 'kaniko' && isUnheard(found, one); tries += 1) {
      found = await stage.run(chosen, one);
    }
    if (one.fails === undefined) await expectPushed(found, one.destination === 'login');
    else {
      expect(found.outcome).toMatchObject({ kind: 'failed', code: one.fails.code });
      expect((found.outcome as { message: string }).message).toMatch(one.fails.message);
      expect((found.outcome as { message: string }).message).not.toContain('\n');
    }
    expect(found.lines.length).toBeGreaterThan(0);
    if (kind !== 'stand-in') compareTranscript(chosen, one.name, found);
  });

  async function expectPushed(found: CaseRun, login: boolean): Promise<void> {
    expect(found.outcome).toEqual({ kind: 'pushed', digest: expect.stringMatching(/^sha256:/) as string });
    if (login) return;
    const image = await readImage(stage.hosts.ok, stage.path, found.tag);
    expect(found.outcome).toMatchObject({ digest: image.digest });
    expect(image.config).toMatchObject({ os: 'linux', architecture: HOST_ARCHITECTURE });
    expect(found.progress.at(-1)).toMatch(/^(?:committing and )?pushing/);
  }

  run(`${title}: build args, labels and the platform arrive as they are`, async () => {
    const value = '-x="a b"\\ $HOME = ä';
    const found = await stage.run(
      chosen,
      { name: 'args', dockerfile: 'FROM scratch\nARG A\nLABEL from="${A}"\nCOPY a /a\n', files: { a: 'a' } },
      {
        step: {
          platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
          buildArgs: [{ name: 'A', value: '--plain=1' }],
          labels: { 'org.example.label': value },
        },
      },
    );
    expect(found.outcome).toMatchObject({ kind: 'pushed' });
    const { config } = await readImage(stage.hosts.ok, stage.path, found.tag);
    expect(config).toMatchObject({ os: 'linux', architecture: 'arm', variant: 'v7' });
    expect(config.config?.Labels).toMatchObject({ from: '--plain=1', 'org.example.label': value });
  });

  run(`${title}: a reproducible build has one digest`, async () => {
    const one = { name: 'twice', dockerfile: 'FROM {base}\nCOPY a /a\nRUN echo x > /x\n', files: { a: 'a' } };
    const first = await stage.run(chosen, one, { step: { reproducible: true } });
    expect(first.outcome).toMatchObject({ kind: 'pushed' });
    expect((await stage.run(chosen, one, { step: { reproducible: true } })).outcome).toEqual(first.outcome);
  });

  run(`${title}: secrets and colours are not in the log`, async () => {
    const found = await stage.run(
      chosen,
      { name: 'secrets', dockerfile: 'FROM {base}\nRUN echo a-secret-value && echo https://user:pass@host/\n' },
      { secrets: ['a-secret-value'] },
    );
    const log = readFileSync(found.logFile, 'utf8');
    expect(log).toContain('RUN echo *** && echo https://***@host/');
    expect(log).not.toMatch(/a-secret-value|user:pass/);
    expect(log).not.toContain('\u001b');
    expect(found.lines.join('\n')).not.toContain('a-secret-value');
  });

  run(`${title}: a timeout and a stop leave nothing behind`, async () => {
    const one = { name: 'hangs', dockerfile: 'FROM {base}\nRUN echo at work && while :; do :; done\n' };
    const timeout = kind === 'kaniko' ? 1500 : 4000;
    const late = await stage.run(chosen, one, { timeout });
    expect(late.outcome).toEqual({ kind: 'timed out', after: timeout });
    const stop = new AbortController();
    const running = stage.run(chosen, one, { signal: stop.signal });
    const marker = join(stage.directory, 'work');
    await until(() => livingProcesses(marker).length > 0);
    stop.abort();
    expect((await running).outcome).toEqual({ kind: 'cancelled' });
    expect(livingProcesses(marker)).toEqual([]);
  });
});

async function choose(kind: (typeof BUILDERS)[number][1]): Promise<ChosenBuilder> {
  const env =
    kind === 'stand-in'
      ? installStandIns(join(stage.directory, 'stand-ins')).env
      : { HEPHY_KANIKO: kaniko, PATH: process.env.PATH };
  const wanted = kind === 'buildah' ? 'buildah' : 'kaniko';
  return chooseBuilder({ wanted, local: false, env, uid: process.getuid?.(), runProcess });
}

/** The recorded outcome must still be that of the real one, and of Kaniko's log its own lines. */
/** Why a RUN failed buildah says as the RUN's own output, of which 1.28 at times loses the end. */
function isUnheard({ outcome }: CaseRun, { fails }: BuilderCase): boolean {
  if (outcome.kind !== 'failed' || outcome.code !== 'BUILD_RUN_FAILED') return false;
  return fails?.message.test(outcome.message) === false;
}

function compareTranscript(chosen: ChosenBuilder, name: string, { end, outcome, progress }: CaseRun): void {
  if (end === undefined || (outcome.kind !== 'pushed' && outcome.kind !== 'failed')) throw new Error('it did not end');
  const builder = chosen.builder.name;
  const version = chosen.version ?? execFileSync(chosen.tool.path, ['--version'], { encoding: 'utf8' }).trim();
  const settled = settle({ name, builder, version, end, progress, outcome }, stage.hosts, stage.directory);
  // Read anew: where a message is cut depends on the length of what was replaced.
  const found = { ...settled, outcome: chosen.builder.readOutcome(settled.end) };
  if (RECORD) {
    writeTranscript(found);
    return;
  }
  if (builder !== 'kaniko') return;
  const recorded = readTranscripts().find((one) => one.builder === builder && one.name === name);
  expect(ownWords(found)).toEqual(recorded && ownWords(recorded));
}

/** Without what the programs of a RUN say: that is this machine's shell. */
function ownWords(transcript: Transcript): unknown {
  const { end, outcome, progress } = transcript;
  const lines = end.lines.filter((line) => /^(?:INFO|WARN|ERRO|FATA)\[|^error |^\$ /.test(line));
  return { exitCode: end.exitCode, digestFile: end.digestFile, doing: end.doing, lines, outcome, progress };
}

describe('the flags of Kaniko 1.28.3', () => {
  (kaniko === undefined ? test.skip : test)('are those that every argv is checked against', () => {
    expect(readKanikoFlags(execFileSync(kaniko ?? '', ['--help'], { encoding: 'utf8' }))).toEqual(flags);
  });
});

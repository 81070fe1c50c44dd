import { join } from 'node:path';
import type { BuilderName } from '../src/config/build-config';
import { HephyError, HephyErrors } from '../src/errors/hephy-error';
import { runProcess } from '../src/process/run-process';
import type { CompletePlan } from '../src/run/plan-build';
import { chooseBuilder, type ChosenBuilder } from '../src/tools/choose-builder';
import { changesOf } from '../testing/corpus-changes';
import { expectationOf, readCorpus, type CorpusCase, type Expectation } from '../testing/corpus-case';
import { setCorpusStage, type CorpusBuild, type CorpusStage } from '../testing/corpus-stage';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { startAhead, type Ahead } from '../testing/start-ahead';

/** Dockerfiles, and what must come of each: its pins, its edges, its refusals, and what the real builders make of it. */
const TOPICS = readCorpus(join(__dirname, 'corpus'));
const CASES = TOPICS.flatMap(({ topic, cases }) => cases.map((one) => [`${topic}: ${one.name}`, one] as const));
/** Builds at once. */
const WIDTH = 2;
const kaniko = findExternalTool('kaniko');

let stage: CorpusStage;
beforeAll(async () => {
  stage = await setCorpusStage();
});
afterAll(() => stage.stop());

test('names are given once', () => {
  const names = CASES.map(([name]) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each([['kaniko'], ['buildah']] as const)('%s', (name) => {
  const there = name !== 'kaniko' || (kaniko !== undefined && findOnPath('bwrap') !== undefined);
  const expected = CASES.flatMap(([title, one]) => {
    const expectation = expectationOf(one, name);
    return expectation === undefined ? [] : [[title, one, expectation] as const];
  });
  const built = expected.filter(([, , { refused }]) => refused === undefined);

  let builds: Ahead<CorpusCase, CorpusBuild> | undefined;
  beforeAll(async () => {
    if (!there) return;
    const chosen = await choose(name);
    const cases = built.map(([, one]) => one);
    builds = startAhead(cases, WIDTH, async (one) => stage.build(one, await stage.plan(one, name), chosen));
  });

  afterAll(() => builds?.settled());

  test.each(CASES)('plans %s', async (_, one) => {
    await expectPlan(one, name);
  });

  if (there)
    test.each(built)('builds %s', async (_, one, expectation) => {
      expectBuild(await builds!.resultOf(one), expectation);
    });
  else test.skip(`the corpus through Kaniko 1.28: ${built.length} builds`, () => undefined);
});

async function expectPlan(one: CorpusCase, builder: BuilderName): Promise<void> {
  if (one.edges !== undefined) expect(stage.edges(one)).toEqual(one.edges);
  const { refused, pins = one.pins, notes = [] } = expectationOf(one, builder) ?? {};
  const plan = await planOrErrors(one, builder);
  if (refused !== undefined || 'errors' in plan) {
    expectComplaints('errors' in plan ? plan.errors : [], refused ?? []);
    return;
  }
  if (pins !== undefined) expect(stage.pins(plan)).toEqual(pins);
  expectComplaints(
    plan.dockerfile.notes.map(({ line, column, what, hint }) => ({ where: { line, column }, message: what, hint })),
    notes,
  );
}

async function planOrErrors(
  one: CorpusCase,
  builder: BuilderName,
): Promise<CompletePlan | { readonly errors: readonly HephyError[] }> {
  try {
    return await stage.plan(one, builder);
  } catch (error) {
    if (error instanceof HephyErrors) return { errors: error.errors };
    if (error instanceof HephyError) return { errors: [error] };
    throw error;
  }
}

interface Complained {
  readonly where?: { readonly line?: number; readonly column?: number } | undefined;
  readonly code?: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Each begins with place and code, and goes on with a part of the message; what to do is said as well. */
function expectComplaints(errors: readonly Complained[], expected: readonly string[]): void {
  const found = errors.map(({ where, code, message }, index) => {
    const { line = '', column } = where ?? {};
    const place = `${line}${column === undefined ? '' : `:${column}`}`;
    const [wantedPlace = '', ...rest] = (expected[index] ?? '').split(' ');
    const [wantedCode = '', ...words] = code === undefined ? ['', ...rest] : rest;
    const said = message.includes(words.join(' ')) ? words.join(' ') : message;
    const shown = wantedPlace === `${line}` ? wantedPlace : place;
    return [shown, ...(code === undefined ? [] : [code === wantedCode ? wantedCode : code]), said].join(' ').trimEnd();
  });
  expect(found).toEqual(expected);
  for (const { hint } of errors) expect(hint).toMatch(/\S/);
}

function expectBuild({ end, image, baseLayers, told, refused, line }: CorpusBuild, expectation: Expectation): void {
  const { outcome, lines } = end;
  if (expectation.fails !== undefined) {
    const [, wantedLine, code, words = ''] = /^(?:(\d+) )?(\S+) ?(.*)$/.exec(expectation.fails) ?? [];
    if (wantedLine !== undefined) expect(`line ${line ?? ''}`).toBe(`line ${wantedLine}`);
    const failure = refused ?? (outcome.kind === 'failed' ? outcome : undefined);
    expect(failure).toMatchObject({ code });
    expect(failure?.message).toContain(words);
    return;
  }
  if (image === undefined) throw refused ?? new Error(`${JSON.stringify(outcome)}\n${lines.slice(-15).join('\n')}`);
  const parts = expectation.told ?? [];
  expect(told.map((text, index) => parts.slice(index, index + 1).find((part) => text.includes(part)) ?? text)).toEqual(
    parts,
  );
  const { files, config } = expectation.image ?? {};
  if (files !== undefined) expect(changesOf(image, baseLayers, files)).toEqual(files);
  for (const [key, value] of Object.entries(config ?? {})) {
    const found: unknown = (image.config.config as Record<string, unknown> | undefined)?.[key];
    expect({ [key]: settle(key, found) }).toEqual({ [key]: settle(key, value) });
  }
}

/** The order of variables says nothing, and an empty list no more than none. */
function settle(key: string, value: unknown): unknown {
  if (Array.isArray(value) && key === 'Env') return [...(value as string[])].sort();
  return Array.isArray(value) && value.length === 0 ? null : (value ?? null);
}

async function choose(wanted: BuilderName): Promise<ChosenBuilder> {
  const env = { HEPHY_KANIKO: kaniko, HEPHY_RUNTIME: 'bubblewrap', PATH: process.env.PATH };
  return chooseBuilder({ wanted, local: false, env, uid: process.getuid?.(), runProcess });
}

import { untilGone, within } from '../traces';
import { checkNextRun } from './next-run';
import { checkTold } from './check-told';
import { ENDINGS, type Ending } from './endings';
import { reach, type Moment } from './moments';
import { readRun } from './read-run';
import type { EndingRuntime } from './runtimes';
import { EndingStage } from './stage';
import { findUnverified, isPublic } from './verify-tags';

/** How long anything of ours may live on. */
const SECONDS = 5;

/** A column of the matrix: every ending at each of its moments, in one workspace, one after the other. */
export function describeEndings(runtime: EndingRuntime, chosen: (ending: Ending, moment: Moment) => boolean): void {
  let stage: EndingStage;
  beforeAll(async () => {
    stage = await EndingStage.set(runtime);
  }, 60_000);
  afterAll(() => stage.remove());

  const cases = ENDINGS.flatMap((ending) => ending.moments.map((moment) => ({ ending, moment }))).filter(
    ({ ending, moment }) => chosen(ending, moment),
  );
  it.each(cases.map((one) => [`${one.ending.title}, ${one.moment}`, one] as const))(
    '%s',
    async (_, one) => {
      await endAndGoOn(stage, one.ending, one.moment);
    },
    180_000,
  );
}

async function endAndGoOn(stage: EndingStage, ending: Ending, moment: Moment): Promise<void> {
  await stage.change(ending.config);
  const before = await stage.tags();
  const lastRun = readRun(stage)?.id;
  const reaching = reach(stage, moment);
  const bail = ending.bails === true ? stage.gate.hold(/^bail$/) : undefined;
  const running = ending.nx === undefined ? stage.startBatches() : stage.startNx(ending.nx);
  try {
    const at = await within(moment, 40, Promise.race([reaching, running.ended.then(endedEarly(moment))]));
    if (bail !== undefined) (await within('the other image', 10, bail)).release(1);
    await ending.end(stage, at, running.pid());
    const traces = () => [...stage.traces(), ...stage.mounts()];
    if (ending.atOnce === true) await untilGone(traces, SECONDS);
    const { succeeded, output } = await within('the end', 60, running.ended);
    await untilGone(traces, SECONDS);
    expect(succeeded).toBe(false);
    expect(output).not.toMatch(/^\s+at \S+ \(|a bug in hephy/m);
    const tags = await stage.tags();
    const changed = Object.keys(tags).filter((tag) => isPublic(tag) && tags[tag] !== before[tag]);
    expect(await findUnverified(stage.view, tags, changed, stage.architectures)).toEqual([]);
    if (ending.told !== 'nothing') expect(stage.leftOnDisk()).toEqual([]);
    expect(JSON.parse((await stage.workspace.hephy(['report', '--json'])).output)).toBeDefined();
    checkTold(stage, ending, moment, lastRun);
    await stage.mend();
    if (ending.config !== undefined) await stage.configure([]);
    await checkNextRun(stage, before, tags, moment);
  } finally {
    await stage.restore();
  }
}

function endedEarly(moment: Moment) {
  return ({ output }: { readonly output: string }): never => {
    throw new Error(`it ended before it was ${moment}:\n${output}`);
  };
}

import { untilGone, within } from '../traces';
import { checkNextRun } from './next-run';
import { checkTold } from './check-told';
import { casesOf } from './choose-cases';
import type { Ending } from './endings';
import { reach, type Moment } from './moments';
import { readRun } from './read-run';
import type { EndingRuntime } from './runtimes';
import { EndingStage } from './stage';
import { findUnverified, isPublic } from './verify-tags';

/** How long anything of ours may live on: what is left for good is there after that, too, and a busy machine takes its time. */
const SECONDS = 30;

/** A column of the matrix, in one workspace, one case after the other. */
export function describeEndings(runtime: EndingRuntime): void {
  let stage: EndingStage;
  beforeAll(async () => {
    stage = await EndingStage.set(runtime);
  });
  afterAll(() => stage.remove());

  it.each(casesOf(runtime.name).map((one) => [`${one.ending.title}, ${one.moment}`, one] as const))(
    '%s',
    async (_, one) => {
      await endAndGoOn(stage, one.ending, one.moment);
    },
    600_000,
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
    const at = await within(moment, 120, Promise.race([reaching, running.ended.then(endedEarly(moment))]));
    if (bail !== undefined) (await within('the other image', 60, bail)).release(1);
    await ending.end(stage, at, running.pid());
    const traces = () => [...stage.traces(), ...stage.mounts()];
    if (ending.atOnce === true) await untilGone(traces, SECONDS);
    const { succeeded, output } = await within('the end', 120, running.ended);
    await untilGone(traces, SECONDS);
    expect(succeeded).toBe(false);
    expect(output).not.toMatch(/^\s+at \S+ \(|a bug in hephy/m);
    const tags = await stage.tags();
    const changed = Object.keys(tags).filter((tag) => isPublic(tag) && tags[tag] !== before[tag]);
    expect(await findUnverified(stage.view, tags, changed, stage.architectures)).toEqual([]);
    if (ending.abrupt !== true) expect(stage.leftOnDisk()).toEqual([]);
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

import { untilGone, within } from '../traces';
import { checkNextRun } from './next-run';
import type { RunUnderWay } from './batches';
import { checkTold } from './check-told';
import { casesOf } from './choose-cases';
import type { Ending } from './endings';
import type { Arrival } from './gate';
import { reach, type Moment, type Reached } from './moments';
import { readRun } from './read-run';
import type { EndingRuntime } from './runtimes';
import { EndingStage } from './stage';
import { findUnverified, isPublic, type Tags } from './verify-tags';

/** How long anything of ours may live on: what is left for good is there after that, too, and a busy machine takes its time. */
const SECONDS = 30;
/** What `timeout` is first, and at most: a busy machine takes its time to come to where a build is held. */
const [SHORT, LONG] = [10, 80];

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

interface Begun {
  readonly before: Tags;
  readonly lastRun: string | undefined;
  readonly running: RunUnderWay;
  readonly at: Reached;
  readonly bail: Promise<Arrival> | undefined;
}

async function endAndGoOn(stage: EndingStage, ending: Ending, moment: Moment): Promise<void> {
  try {
    const { before, lastRun, running, at, bail } = await begin(stage, ending, moment);
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
    if (ending.timesOut === true) await stage.configure([]);
    await checkNextRun(stage, before, tags, moment);
  } finally {
    await stage.restore();
  }
}

/** A run that is held at the moment. One whose time was up before is begun again, with twice the time. */
async function begin(stage: EndingStage, ending: Ending, moment: Moment, seconds = SHORT): Promise<Begun> {
  await stage.change(ending.timesOut === true ? [`timeout: ${seconds}s`] : []);
  const before = await stage.tags();
  const lastRun = readRun(stage)?.id;
  const reaching = reach(stage, moment);
  const bail = ending.bails === true ? stage.gate.hold(/^bail$/) : undefined;
  const running = ending.nx === undefined ? stage.startBatches() : stage.startNx(ending.nx);
  const at = await within(moment, 120, Promise.race([reaching, running.ended]));
  if ('moment' in at) return { before, lastRun, running, at, bail };
  if (ending.timesOut !== true || seconds >= LONG || !at.output.includes('BUILD_TIMED_OUT'))
    throw new Error(`it ended before it was ${moment}:\n${at.output}`);
  await stage.restore();
  return begin(stage, ending, moment, 2 * seconds);
}

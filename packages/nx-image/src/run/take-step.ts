import type { Image } from '../config/build-config';
import type { BuildResult } from '../report/result';
import type { RunContext } from './run-context';
import { continueTimes, failureOf, Stopwatch, type Failure } from './step-results';

/** What every result of a step begins with. */
interface Head<S extends string> {
  readonly version: 1;
  readonly step: S;
  readonly run: string;
  readonly image: string;
  readonly started: string;
}

/** Takes a step of an image, and answers its result: what the work answers, or how it failed, with `unfinished` beside it. Never rejects. */
export async function takeStep<S extends string, Done extends object, Unfinished extends object>(
  context: RunContext,
  image: Image,
  step: S,
  work: (watch: Stopwatch) => Promise<Done>,
  unfinished: (failure: Failure) => Unfinished,
): Promise<Head<S> & (Done | (Failure & Unfinished)) & ReturnType<Stopwatch['read']>> {
  const watch = new Stopwatch();
  const started = new Date().toISOString();
  const head = { version: 1, step, run: context.facts.id, image: image.name, started } as const;
  try {
    return { ...head, ...(await work(watch)), ...watch.read() };
  } catch (thrown) {
    const failure = failureOf(thrown, context.signal.aborted);
    return { ...head, ...failure, ...unfinished(failure), ...watch.read() };
  }
}

/** Goes on with a step that had ended: its result is that of both parts, or how the second failed. Never rejects. */
export async function continueStep(
  context: RunContext,
  before: BuildResult,
  work: (watch: Stopwatch) => Promise<Omit<BuildResult, keyof Head<'build'> | 'platform' | 'seconds'>>,
): Promise<BuildResult> {
  const watch = new Stopwatch();
  const begun = Date.now();
  const { version, step, run, image, platform, started, parents } = before;
  const head = { version, step, run, image, platform, started, ...(parents === undefined ? {} : { parents }) };
  try {
    return { ...head, ...(await work(watch)), ...continueTimes(before, begun, watch.read()) };
  } catch (thrown) {
    const failure = failureOf(thrown, context.signal.aborted);
    const { inputs, inputKey, notes } = before;
    return {
      ...{ ...head, ...failure, reason: failure.error.message, tags: [], notes },
      ...(inputs === undefined ? {} : { inputs }),
      ...(inputKey === undefined ? {} : { inputKey }),
      ...continueTimes(before, begun, watch.read()),
    };
  }
}

import type { Image } from '../config/build-config';
import type { RunContext } from './run-context';
import { failureOf, Stopwatch, type Failure } from './step-results';

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

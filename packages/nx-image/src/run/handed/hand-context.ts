import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contextFingerprint } from '../../ci/context-fingerprint';
import type { HandedPlan } from '../../ci/handed-plan';
import type { Image } from '../../config/build-config';
import type { ErrorCode } from '../../errors/codes';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import type { PrepareResult } from '../../report/result';
import { openSource } from '../open-source';
import { writeWhole } from '../result-file';
import type { RunContext } from '../run-context';
import { writeTar } from './write-tar';

/** A project whose context build jobs need. */
export interface ContextToHand {
  /** Of nx. */
  readonly project: string;
  /** Any of the project's directory. */
  readonly image: Image;
}

/**
 * Writes exactly the planned context as `<directory>/<project>.tar`, what build jobs compare it with as `<project>.fingerprint`, and whose it is as `<project>.run`: runners keep directories, and in that
 * of a build job whose prepare job failed there may be another pipeline's. Answers how many files that are.
 * @throws HephyError CONTEXT_CHANGED, and what planning found wrong
 */
export async function handContext(
  context: RunContext,
  plan: HandedPlan,
  { project, image }: ContextToHand,
  directory: string,
): Promise<number> {
  const planned = requirePlanned(plan, image);
  const source = await openSource(context, image, planned.upstream?.commit);
  const { digest, entries } = await source.list();
  if (digest !== planned.context.digest) {
    throw new HephyError(
      'CONTEXT_CHANGED',
      `the files of ${project} are not those that the pipeline was planned with`,
      {
        where: { file: image.configFile },
        hint: 'What its target `context` writes has to be the same every time: no dates, no random names, nothing of the machine. And only that may write there.',
      },
    );
  }
  const file = join(directory, project);
  mkdirSync(dirname(file), { recursive: true });
  const hashes = await writeTar(`${file}.tar`, entries, await source.materialise(), context.signal);
  const fingerprint = contextFingerprint({
    entries: entries.map((entry) => ({ ...entry, content: hashes.get(entry.path) ?? entry.content })),
  });
  writeWhole(`${file}.fingerprint`, `${fingerprint}\n`);
  writeWhole(`${file}.run`, `${plan.run.id}\n`);
  return hashes.size;
}

export type HandedContext = { readonly project: string } & (
  { readonly files: number } | { readonly error: HephyError | HephyErrors }
);

/** One after the other: what is wrong with the context of one keeps no other's from its jobs. */
export async function* handContexts(
  context: RunContext,
  plan: HandedPlan,
  wanted: readonly ContextToHand[],
  directory: string,
): AsyncGenerator<HandedContext> {
  for (const one of wanted) {
    const { project } = one;
    const ended = await handContext(context, plan, one, directory).then(
      (files) => ({ files }),
      (error: unknown) => {
        context.signal.throwIfAborted();
        if (error instanceof HephyError || error instanceof HephyErrors) return { error };
        throw error;
      },
    );
    yield { project, ...ended };
  }
}

interface Planned extends PrepareResult {
  readonly context: NonNullable<PrepareResult['context']>;
}

function requirePlanned(plan: HandedPlan, { project }: Image): Planned {
  const planned = plan.prepared.find(({ image }) => image === project);
  if (planned?.context !== undefined) return { ...planned, context: planned.context };
  if (planned?.error === undefined) {
    throw new HephyError('PLAN_INVALID', `the plan of this pipeline has nothing of ${project}`, {
      hint: 'Name the projects that it was made for.',
    });
  }
  const { code, message, where, hint } = planned.error;
  throw new HephyError(code as ErrorCode, message, {
    ...(where === undefined ? {} : { where: { file: where } }),
    ...(hint === undefined ? {} : { hint }),
  });
}

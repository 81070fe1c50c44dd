import { join } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { formatPlatform } from '../../oci/platform';
import { formatRepository, parseRepository } from '../../oci/reference';
import { planEmulation } from '../../plan/plan-emulation';
import { formatSize } from '../../report/amounts';
import type { ChosenBuilder } from '../../tools/choose-builder';
import { emulationHint } from '../../tools/emulation-hint';
import { buildMachinePlatform } from '../build-machine';
import { freeSpace } from '../free-space';
import type { CompletePlan } from '../plan-build';
import type { RunContext } from '../run-context';

/** With less than this no build ends well; more may be too little as well. */
const LEAST_SPACE = 16 * 2 ** 20;

/**
 * What would end a build after forty minutes and can be known before it. Answers notes.
 * @throws HephyError EMULATION_MISSING, BUILD_DISK_FULL, REGISTRY_DENIED, REGISTRY_ERROR, REGISTRY_UNREACHABLE
 */
export async function checkBeforeBuild(
  context: RunContext,
  plan: CompletePlan,
  choice: ChosenBuilder,
): Promise<string[]> {
  await requireEmulation(context, plan, choice);
  const [, , notes] = await Promise.all([requireSpace(context), requirePush(context), tryCache(context, plan)]);
  return notes;
}

async function requireEmulation(context: RunContext, plan: CompletePlan, { runtime }: ChosenBuilder): Promise<void> {
  // An engine in a virtual machine has emulation of its own, or none: what this machine has says nothing of it.
  if (runtime?.kind === 'container' && runtime.engine.loopback.kind !== 'host') return;
  const machine = buildMachinePlatform();
  for (const { line, architecture } of planEmulation(plan.runs, plan.platform, machine)) {
    if ((await context.emulation(architecture)) !== 'missing') continue;
    throw new HephyError(
      'EMULATION_MISSING',
      `this RUN starts programs for ${architecture}, which this ${machine.architecture} machine cannot, and it is needed for ${formatPlatform(plan.platform)}`,
      { where: { file: plan.dockerfile.path, line }, hint: emulationHint(architecture) },
    );
  }
}

async function requireSpace({ cacheDirectory }: RunContext): Promise<void> {
  const work = join(cacheDirectory, 'work');
  const free = await freeSpace(work);
  if (free === undefined || (free.bytes >= LEAST_SPACE && free.files !== 0)) return;
  const what = free.files === 0 ? 'no files can be made' : `only ${formatSize(free.bytes)} are free`;
  throw new HephyError('BUILD_DISK_FULL', `${what} in ${work}, where builds take place`, {
    hint: 'Make room there, or put the cache of nx elsewhere: NX_CACHE_DIRECTORY, or cacheDirectory in nx.json.',
  });
}

/** Each repository is asked once a run. The local registry is ours. */
async function requirePush({ facts, handed, tryPush }: RunContext): Promise<void> {
  if (!facts.local && handed?.run.push !== false) await tryPush(facts.repository);
}

/** Builders go on without a cache that they cannot write. */
async function tryCache({ facts, handed, tryPush }: RunContext, { step }: CompletePlan): Promise<string[]> {
  const readOnly = step.cacheReadOnly === true || handed?.run.push === false;
  const cache = readOnly ? undefined : parseRepository(step.cacheRepository ?? '');
  if (facts.local || cache === undefined) return [];
  try {
    await tryPush(cache);
    return [];
  } catch (error) {
    if (!(error instanceof HephyError)) throw error;
    return [`layers are not cached in ${formatRepository(cache)}: ${error.message}`];
  }
}

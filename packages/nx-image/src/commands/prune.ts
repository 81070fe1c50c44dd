import { parseArgs } from 'node:util';
import { readCi } from '../ci/read-ci';
import { HephyError } from '../errors/hephy-error';
import { lifecyclePolicy, MAX_POLICY_LENGTH, MERGE_REQUEST_DAYS, SCRATCH_DAYS } from '../plan/lifecycle-policy';
import { policyJson, pruneText } from '../report/prune-text';
import { chooseRegistry } from '../run/choose-registry';
import type { RunOptions } from '../run/run-context';
import { UsageError, type Command } from './command';
import { loadImages } from './load-images';

/** Which rules of a registry's own fit hephy's tags: ECR's lifecycle policy for the images of the workspace. Asks no registry, and deletes nothing. */
export const pruneCommand: Command = async (argv, terminal) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { json: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
  });
  if (values['dry-run'] !== true) {
    throw new UsageError('hephy deletes nothing: --dry-run shows the rules by which the registry does');
  }
  const { images, options } = await loadImages();
  const policy = lifecyclePolicy(images.map(({ name }) => name));
  if (policy === undefined || policyJson(policy).length > MAX_POLICY_LENGTH) {
    throw new HephyError('OPTIONS_INVALID', `the names of ${images.length} images need more rules than ECR takes`, {
      hint: 'A policy without a rule for each name would let versions go that others stand on. Several repositories have several policies.',
    });
  }
  const text = {
    ...{ policy, mergeRequestDays: MERGE_REQUEST_DAYS, scratchDays: SCRATCH_DAYS },
    ...repositoryOf(options),
  };
  terminal.write(`${values.json === true ? policyJson(policy) : pruneText(text, { color: terminal.color })}\n`);
  return 0;
};

/** For the commands to type. Where none is configured, nothing is wrong here. */
function repositoryOf(options: RunOptions): { readonly repository: string | undefined; readonly isEcr: boolean } {
  try {
    const choice = chooseRegistry(process.env, options.registry, readCi(process.env).ci);
    if (choice.kind === 'local') return { repository: undefined, isEcr: false };
    const { registry, path } = choice.repository;
    return { repository: path, isEcr: /^\d{12}\.dkr[.-]ecr/.test(registry) };
  } catch (error) {
    if (!(error instanceof HephyError)) throw error;
    return { repository: undefined, isEcr: false };
  }
}

import { HephyError } from '../../errors/hephy-error';
import { formatRepository, parseRepository } from '../../oci/reference';

/** What the generated workflow is made of. */
export interface WorkflowOptions {
  /** `registry/path`; undefined: the repository variable ECR_REGISTRY. */
  readonly registry: string | undefined;
  /** ARN of the role that jobs take over by an id token. */
  readonly awsRole: string | undefined;
  /** Build jobs one behind the other. */
  readonly levels: number;
  /** The shell line that installs the workspace. */
  readonly install: string;
  /** The default branch. */
  readonly branch: string;
  /** How setup-node is told of its version: an input and its value. */
  readonly node: readonly ['node-version', string] | readonly ['node-version-file', string];
  /** Whether there is a package-lock.json, which setup-node's cache of packages goes by. */
  readonly npmCache: boolean;
}

const ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
const ECR = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./;
const MOST_LEVELS = 20;

/** Values become YAML and lines of a shell: only what cannot be anything else there. @throws HephyError OPTIONS_INVALID */
export function checkWorkflowOptions({ registry, awsRole, levels, install, branch }: WorkflowOptions): void {
  if (registry !== undefined) {
    const repository = registry.includes('/') ? parseRepository(registry) : undefined;
    if (repository === undefined || formatRepository(repository) !== registry || !/^[\w./:-]+$/.test(registry)) {
      refuse(
        `registry is ${JSON.stringify(registry)}, which is no repository path`,
        'Give the whole path without scheme, tag and digest: ghcr.io/team/images.',
      );
    }
  }
  if (awsRole !== undefined && !ARN.test(awsRole)) {
    refuse(
      `awsRole is ${JSON.stringify(awsRole)}, which is no role`,
      'Give its ARN: arn:aws:iam::123456789012:role/images.',
    );
  }
  if (!Number.isInteger(levels) || levels < 1 || levels > MOST_LEVELS) {
    refuse(
      `levels is ${levels}`,
      `It is how many images stand on each other at most, the lowest included: from 1 to ${MOST_LEVELS}.`,
    );
  }
  if (install.trim() === '' || /[\p{Cc}]|\$\{\{/u.test(install)) {
    refuse(`install is ${JSON.stringify(install)}`, 'Give one shell line without `${{ }}`: npm ci.');
  }
  if (!/^\w[\w./-]*$/.test(branch)) {
    refuse(
      `the default branch is called ${JSON.stringify(branch)}`,
      'nx.json says so (`defaultBase`). Give the name of a branch without characters that GitHub reads as a pattern.',
    );
  }
}

/** Account and region of an ECR registry. */
export function ecrOf(registry: string | undefined): { readonly account: string; readonly region: string } | undefined {
  const [, account, region] = ECR.exec(registry ?? '') ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** GitHub's own registry takes the job's token. */
export function isGhcr(registry: string | undefined): boolean {
  return registry?.startsWith('ghcr.io/') === true;
}

function refuse(what: string, hint: string): never {
  throw new HephyError('OPTIONS_INVALID', what, { hint });
}

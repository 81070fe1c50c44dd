import { HephyError } from '../errors/hephy-error';
import { redact } from '../errors/redact';
import { parseRepository, type Repository } from '../oci/reference';

type Env = Readonly<Record<string, string | undefined>>;

/** `local`: this workspace's own, to be started when it is needed. */
export type RegistryChoice =
  { readonly kind: 'local' } | { readonly kind: 'configured'; readonly repository: Repository };

/** The path of the local registry's one repository. */
export const LOCAL_PATH = 'hephy';

/**
 * HEPHY_REGISTRY=local, then ECR_REGISTRY, then the option, then (not in CI) the local registry.
 * @throws HephyError REGISTRY_NOT_CONFIGURED, REGISTRY_INVALID
 */
export function chooseRegistry(env: Env, option: string | undefined, ci: boolean): RegistryChoice {
  if (env.HEPHY_REGISTRY === 'local') return { kind: 'local' };
  const named = [
    ['HEPHY_REGISTRY', env.HEPHY_REGISTRY],
    ['ECR_REGISTRY', env.ECR_REGISTRY],
    ['the option `registry`', option],
  ] as const;
  for (const [source, value] of named) {
    if (value !== undefined && value !== '') return { kind: 'configured', repository: parse(source, value) };
  }
  if (!ci) return { kind: 'local' };
  throw new HephyError('REGISTRY_NOT_CONFIGURED', 'this is CI, and no registry is configured', {
    hint: [
      'Set ECR_REGISTRY to the whole repository path, as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/images.',
      'A protected variable is missing on branches that are not protected.',
      'HEPHY_REGISTRY=local builds into a registry on this machine that ends with the job.',
    ].join('\n'),
  });
}

function parse(source: string, value: string): Repository {
  const bare = value.replace(/\/+$/, '');
  const repository = bare.includes('/') ? parseRepository(bare) : undefined;
  if (repository !== undefined) return repository;
  throw new HephyError(
    'REGISTRY_INVALID',
    `${source} is ${JSON.stringify(withoutLogin(value))}, which is no repository path`,
    {
      hint: 'Give the whole path without scheme, tag and digest: registry.example.com/team/images.',
    },
  );
}

/** Of `https://name:password@host/path`, and of the same without a scheme, what is no secret. */
function withoutLogin(value: string): string {
  return redact(value).replace(/^[^@]*:[^@]*@(?!sha256:)/, '***@');
}

import type { BuildConfig } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { RunFacts } from './run-facts';
import { formatRepository } from '../oci/reference';

/** hephy passes the repository by itself, for `FROM ${ECR_REGISTRY}:<image>-<tag>`. */
export const REGISTRY_ARG = 'ECR_REGISTRY';

export interface BuildArg {
  readonly name: string;
  readonly value: string;
}

/**
 * The build args as builders get them: `${ECR_REGISTRY}` and the variables of `env` expanded, ECR_REGISTRY first.
 * @throws HephyError CONFIG_INVALID for a variable of `env` that is not set.
 */
export function expandBuildArgs(
  config: Pick<BuildConfig, 'buildArgs' | 'env'>,
  facts: Pick<RunFacts, 'repository' | 'env'>,
  configFile: string,
): readonly BuildArg[] {
  const repository = formatRepository(facts.repository);
  const expand = (value: string): string =>
    value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
      if (name === REGISTRY_ARG) return repository;
      if (!config.env.includes(name)) return whole;
      const set = facts.env[name];
      if (set === undefined) {
        throw new HephyError('CONFIG_INVALID', `the environment variable ${name} is not set`, {
          where: { file: configFile },
          hint: `Set ${name}, or take it out of \`env:\` and of the build args that use it.`,
        });
      }
      return set;
    });
  const args = config.buildArgs.map(({ name, value }) => ({ name, value: expand(value) }));
  return args.some(({ name }) => name === REGISTRY_ARG) ? args : [{ name: REGISTRY_ARG, value: repository }, ...args];
}

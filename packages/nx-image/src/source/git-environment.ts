type Env = Readonly<Record<string, string | undefined>>;

/** What git sets for its hooks and aliases: about another repository than the one we mean. https://git-scm.com/docs/git#_environment_variables */
const REPOSITORY_VARIABLES = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INDEX_VERSION',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
]);

/** What git is told for one call. Several values of a key come in their order: an empty one takes back those before it. */
export type GitConfig = Readonly<Record<string, string | readonly string[]>>;

/** The environment with configuration of ours behind the user's in GIT_CONFIG_COUNT: in the environment, so that no value stands in an argument list. */
export function appendGitConfig(env: Env, config: GitConfig): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) result[name] = value;
  const before = Number(env.GIT_CONFIG_COUNT ?? '0');
  let count = Number.isSafeInteger(before) && before > 0 ? before : 0;
  for (const [key, values] of Object.entries(config)) {
    for (const value of typeof values === 'string' ? [values] : values) {
      result[`GIT_CONFIG_KEY_${count}`] = key;
      result[`GIT_CONFIG_VALUE_${count}`] = value;
      count++;
    }
  }
  if (count > 0) result.GIT_CONFIG_COUNT = String(count);
  return result;
}

/** The user's environment for git: proxies, ssh agent, credential helpers, `insteadOf` and all else stay. */
export function gitEnvironment(env: Env, config: GitConfig = {}): Record<string, string> {
  const result = appendGitConfig(env, config);
  for (const name of REPOSITORY_VARIABLES) Reflect.deleteProperty(result, name);
  return {
    ...result,
    // Messages are read for what went wrong.
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    // Reading writes nothing: no refreshed index, no lock that gets in the way of the user's own git.
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}

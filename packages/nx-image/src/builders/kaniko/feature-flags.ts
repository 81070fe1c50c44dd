/** What Kaniko 1.28 does otherwise than Docker unless told: docs/decisions/0005-conformance-flags.md. Versions that do not know a variable ignore it. */
const ALWAYS = [
  'CHOWN_ON_IMPLICIT_DIRS',
  'COPY_AS_ROOT',
  'COPY_CHMOD_ON_IMPLICIT_DIRS',
  'EXPAND_HEREDOC',
  'RUN_HONOR_GROUP',
  'UNTAR_SKIP_ROOT',
];

/** Wrong cache hits: keys that collide, omit variables, or layers whose whiteouts are copied. */
const CACHED = ['HASH_DIR_FRAMING', 'RESOLVE_CACHE_KEY', 'ROLLING_CACHE_KEY', 'SKIP_WRITE_WHITEOUTS'];

/** `--reproducible` would rewrite the base's layers too, so that no registry and no node has them yet. */
const REPRODUCIBLE = ['REPRODUCIBLE_PRESERVE_BASE_LAYERS'];

/** Names of the variables that are set to `true`. */
export function featureFlags(step: { readonly reproducible: boolean; readonly cached: boolean }): readonly string[] {
  return [...ALWAYS, ...(step.cached ? CACHED : []), ...(step.reproducible ? REPRODUCIBLE : [])].map(
    (name) => `FF_KANIKO_${name}`,
  );
}

const PASSED = /^(?:(?:HTTP|HTTPS|NO)_PROXY|(?:http|https|no)_proxy|SSL_CERT_(?:FILE|DIR)|AWS_[A-Z0-9_]+)$/;

/**
 * What a builder gets of our environment: the way out (proxies), whom to trust (certificate authorities) and AWS's variables, by which the
 * registry's credentials are found. Nothing else: a variable of the user's must not change an image. `own` is what the caller sets: PATH, HOME.
 */
export function builderEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED.test(entry[0]),
  );
  return { ...Object.fromEntries(passed), ...own };
}

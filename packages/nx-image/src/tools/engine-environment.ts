const PASSED =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|TMPDIR|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|_?CONTAINERS?_[A-Z_]+|DOCKER_[A-Z_]+|PODMAN_[A-Z_]+|STORAGE_[A-Z_]+|REGISTRY_AUTH_FILE|(?:HTTPS?|NO|https?|no)_(?:PROXY|proxy)|SSL_CERT_(?:FILE|DIR)|BUILDAH_ISOLATION)$/;

/** A platform that the user has set for other containers would have the wrong builder pulled, and emulated. */
const KEPT_OUT = new Set(['DOCKER_DEFAULT_PLATFORM']);

/** What an engine's client needs of our environment: where its engine is, its configuration, the way out. */
export function engineEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED.test(entry[0]) && !KEPT_OUT.has(entry[0]),
  );
  return { ...Object.fromEntries(passed), ...more };
}

/**
 * The usual umask (ours would become the modes of what a RUN creates), and a namespace of processes and mounts of its own, where we may make one: whatever a RUN
 * leaves behind, in a session of its own even, ends with the builder, however that ended. https://man7.org/linux/man-pages/man1/unshare.1.html
 */
const SCRIPT = `umask 022
if unshare --pid --fork --kill-child --mount-proc true 2>/dev/null; then
  exec unshare --pid --fork --kill-child --mount-proc "$0" "$@"
fi
exec "$0" "$@"`;

/** For a builder on the machine as it is. */
export function withOwnProcesses(
  file: string,
  args: readonly string[],
): { readonly file: string; readonly arguments: readonly string[] } {
  return { file: '/bin/sh', arguments: ['-c', SCRIPT, file, ...args] };
}

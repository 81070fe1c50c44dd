/**
 * Stands in for bwrap where what is to run is no static binary: reads the arguments as strictly, maps each path in the root back to where it lies
 * on the machine, in arguments and environment, and starts the program there.
 */
import { spawnSync } from 'node:child_process';

/** How many words follow an option. */
const OPTIONS = {
  '--bind': 2,
  '--bind-try': 2,
  '--ro-bind': 2,
  '--ro-bind-try': 2,
  '--cap-add': 1,
  '--cap-drop': 1,
  '--chdir': 1,
  '--dev': 1,
  '--die-with-parent': 0,
  '--dir': 1,
  '--proc': 1,
  '--size': 1,
  '--tmpfs': 1,
  '--unshare-ipc': 0,
  '--unshare-pid': 0,
};

process.exitCode = main(process.argv.slice(2));

function main(args) {
  if (args[0] === '--version') {
    console.log('bubblewrap 0.8.0');
    return 0;
  }
  const mounts = [];
  let i = 0;
  for (; i < args.length && args[i] !== '--';) {
    const count = OPTIONS[args[i]];
    if (count === undefined) {
      console.error(`bwrap: Unknown option ${args[i]}`);
      return 1;
    }
    const [source, target] = args.slice(i + 1, i + 1 + count);
    if (count === 2 && target !== '/') mounts.push({ source, target });
    i += 1 + count;
  }
  mounts.sort((a, b) => b.target.length - a.target.length);
  const [file, ...rest] = args.slice(i + 1).map((word) => onMachine(word, mounts));
  if (file === undefined) {
    console.error('usage: bwrap [OPTIONS...] [--] COMMAND [ARGS...]');
    return 1;
  }
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, onMachine(value, mounts)]));
  // What runs inside ends with the first process of the namespace, as in the real one.
  const unshare = args.includes('--unshare-pid') ? ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] : [];
  const [program, ...parameters] = [...unshare, file, ...rest];
  const end = spawnSync(program, parameters, { stdio: 'inherit', env });
  if (end.error) throw end.error;
  return end.status ?? 137;
}

/** The word with the path in it, if there is one: alone, behind `=`, or as a URL. */
function onMachine(word, mounts) {
  const at = /(?:^|=|:\/\/)(?=\/)/.exec(word);
  if (at === null) return word;
  const start = at.index + at[0].length;
  const path = word.slice(start);
  const mount = mounts.find(({ target }) => path === target || path.startsWith(`${target}/`));
  return mount === undefined ? word : word.slice(0, start) + mount.source + path.slice(mount.target.length);
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Number of the system call prctl(2), which perl has no name for. */
const PRCTL = { x64: 157, arm64: 167 };

/**
 * Runs a command and adopts what it orphans (PR_SET_CHILD_SUBREAPER): bubblewrap with a PID namespace of its own does not
 * wait for what it ran, so that no ancestor would be told what that took. After the command's end it waits half a
 * second for adopted processes; one that goes on after that is a server.
 */
const ADOPT = `
  use POSIX ':sys_wait_h';
  my $prctl = shift @ARGV;
  syscall($prctl, 36, 1, 0, 0, 0) == 0 or die "prctl: $!";
  my $command = fork // die "fork: $!";
  if ($command == 0) { exec { $ARGV[0] } @ARGV; die "$ARGV[0]: $!"; }
  my $status;
  until (defined $status) { $status = $? if waitpid(-1, 0) == $command; }
  for (1 .. 50) {
    my $pid = waitpid(-1, WNOHANG);
    last if $pid < 0;
    select(undef, undef, undef, 0.01) if $pid == 0;
  }
  exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
`;

/**
 * Runs a command to its end and says what it took: wall seconds, and CPU seconds (user and system) of it and of all its
 * descendants that have ended. A server that it leaves behind does not count.
 * @param {readonly string[]} command
 * @param {{ cwd: string, env?: Record<string, string> }} options
 * @returns {{ wall: number, cpu: number, output: string }}
 */
export function runTimed(command, { cwd, env = {} }) {
  const prctl = PRCTL[process.arch];
  if (prctl === undefined) throw new Error(`the number of prctl(2) on ${process.arch} is not known here`);
  const directory = mkdtempSync(join(tmpdir(), 'hephy-timed-'));
  try {
    const script = `TIMEFORMAT='%3R %3U %3S'; { time "$@" >'${directory}/output' 2>&1 </dev/null; } 2>'${directory}/times'`;
    const { status, signal, error } = spawnSync(
      'bash',
      ['-c', script, 'bash', 'perl', '-e', ADOPT, String(prctl), ...command],
      { cwd, env: { ...process.env, ...env }, stdio: 'inherit' },
    );
    const output = readFileSync(join(directory, 'output'), 'utf8');
    if (status !== 0) {
      const how = error?.message ?? (signal === null ? `exit code ${status}` : signal);
      throw new Error(`${command.join(' ')}: ${how}\n${output.split('\n').slice(-60).join('\n')}`);
    }
    const [wall, user, system] = readFileSync(join(directory, 'times'), 'utf8').trim().split(/\s+/).map(Number);
    return { wall, cpu: user + system, output };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { nearest } from '../config/nearest';
import { terminalLayout } from '../process/terminal-layout';
import { errorText } from '../report/error-text';
import { UsageError, type Command, type Terminal } from './command';
import { USAGE, usageOf } from './usage';

/** Each is loaded when it is called: `hephy report` needs no registry and no graph. */
const COMMANDS: Readonly<Record<string, () => Command>> = {
  /* eslint-disable @typescript-eslint/no-require-imports */
  base: () => (require('./base') as typeof import('./base')).baseCommand,
  doctor: () => (require('./doctor') as typeof import('./doctor')).doctorCommand,
  explain: () => (require('./explain') as typeof import('./explain')).explainCommand,
  plan: () => (require('./plan') as typeof import('./plan')).planCommand,
  context: () => (require('./context') as typeof import('./context')).contextCommand,
  pipeline: () => (require('./pipeline') as typeof import('./pipeline')).pipelineCommand,
  publish: () => (require('./publish') as typeof import('./publish')).publishCommand,
  report: () => (require('./report') as typeof import('./report')).reportCommand,
  drift: () => (require('./drift') as typeof import('./drift')).driftCommand,
  registry: () => (require('./registry') as typeof import('./registry')).registryCommand,
  prune: () => (require('./prune') as typeof import('./prune')).pruneCommand,
  rollback: () => (require('./rollback') as typeof import('./rollback')).rollbackCommand,
  verify: () => (require('./verify') as typeof import('./verify')).verifyCommand,
  'where-used': () => (require('./where-used') as typeof import('./where-used')).whereUsedCommand,
  /* eslint-enable @typescript-eslint/no-require-imports */
};

/** Exit codes: 0 done, 1 failed, 2 called wrongly; others are a command's own. */
export async function main(argv: readonly string[]): Promise<number> {
  const { terminal, failure } = openTerminal();
  const code = await call(argv, terminal);
  // Streams tell of what they could not write a moment later.
  await setImmediate();
  const failed = failure();
  if (failed === undefined) return code;
  terminal.writeError(`${errorText(failed, { color: terminal.color })}\n`);
  return code === 0 ? 1 : code;
}

async function call(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === '' || name === '--help' || name === '-h' || name === 'help') {
    terminal.write(usageOf(rest[0] ?? '') ?? USAGE);
    return name === '' ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    terminal.write(`${readVersion()}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const near = nearest(name, Object.keys(COMMANDS));
    terminal.writeError(
      `hephy: no command ${JSON.stringify(name)}${near === undefined ? '' : `; did you mean ${near}?`}\n\n${USAGE}`,
    );
    return 2;
  }
  if (asksForHelp(rest)) {
    terminal.write(usageOf(name) ?? USAGE);
    return 0;
  }
  try {
    return await command()(rest, terminal);
  } catch (error) {
    if (isUsageError(error)) {
      terminal.writeError(`hephy ${name}: ${error.message}\n\n${usageOf(name) ?? USAGE}`);
      return 2;
    }
    terminal.writeError(`${errorText(error, { color: terminal.color })}\n`);
    return 1;
  }
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

/** Of the package: its package.json is as far up from the sources as from what they are compiled to. */
function readVersion(): string {
  const manifest = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/** A command's own, and what `parseArgs` of node throws for options that it does not know. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/** `failure`: what the output could not be written for. It ends no command: tags may be on their way. */
function openTerminal(): { readonly terminal: Terminal; readonly failure: () => Error | undefined } {
  const { stdout, stderr } = process;
  let failure: Error | undefined;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever reads may stop before the end, as `head` does: what is left has no reader, and that is no failure.
      if (error.code !== 'EPIPE') failure ??= error;
    });
  }
  const terminal: Terminal = {
    ...terminalLayout(),
    write: (text) => {
      stdout.write(text);
    },
    writeError: (text) => {
      stderr.write(text);
    },
  };
  return { terminal, failure: () => failure };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../config/nearest';
import { terminalLayout } from '../process/terminal-layout';
import { errorText } from '../report/error-text';
import { UsageError, type Command, type Terminal } from './command';

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

const USAGE = `hephy: what is not one image's task; images are built by nx.

  hephy base [--base REVISION] [--json]  for nx affected --base="$(npx hephy base)": with what CI compares this commit
  hephy doctor [--json]                  what a run here would do, and what stands in its way
  hephy explain [IMAGE…] [--json]        what would be built, and why; what would be reused, and since when
  hephy plan [IMAGE…] [--json]           what would run: argv, tags, pins
  hephy pipeline gitlab|github [--output FILE]
                                         what changed, as a pipeline of that CI system
  hephy context --plan FILE --output DIR PROJECT…
                                         in a job of a pipeline: contexts for its build jobs
  hephy publish --plan FILE --built DIR IMAGE…
                                         in a job of a pipeline: checks what build jobs left, and publishes it
  hephy report [IMAGE…] [--format=table|json|markdown|junit|html] [--output FILE]
                                         what the last run made
  hephy drift [IMAGE…] [--json] [--run]  what moved under published images; --run builds it
  hephy registry start|stop|status       the local registry of this workspace
  hephy prune --dry-run [--json]         ECR's lifecycle policy for the tags of these images
  hephy rollback IMAGE VERSION [--dry-run] [--json]
                                         puts the tags that move back to a version, and holds them there
  hephy verify [IMAGE…] [--deep] [--json]
                                         whether what is published is there and right
  hephy where-used BASE|DIGEST|IMAGE [--current] [--json]
                                         which published versions stand on it
  hephy --version                        of this package
`;

/** Exit codes: 0 done, 1 failed, 2 called wrongly; others are a command's own. */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  const [name = '', ...rest] = argv;
  if (name === '' || name === '--help' || name === '-h' || name === 'help') {
    terminal.write(USAGE);
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
  try {
    return await command()(rest, terminal);
  } catch (error) {
    if (isUsageError(error)) {
      terminal.writeError(`hephy ${name}: ${error.message}\n\n${USAGE}`);
      return 2;
    }
    terminal.writeError(`${errorText(error, { color: terminal.color })}\n`);
    return 1;
  }
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

function openTerminal(): Terminal {
  const { stdout, stderr } = process;
  // Whoever reads may stop before the end, as `head` does: what is left has no reader, and that is no failure.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    ...terminalLayout(),
    write: (text) => {
      stdout.write(text);
    },
    writeError: (text) => {
      stderr.write(text);
    },
  };
}

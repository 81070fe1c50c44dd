import type { ProcessEnd, RunProcess } from '../process/process';
import type { Engine } from './engine';
import { engineEnvironment } from './engine-environment';
import { findNamed, findOnPath } from './find-program';
import { NO_ANSWER, readDockerInfo, readPodmanInfo } from './read-engine-info';
import type { Tool } from './tool';

const PATIENCE = 20_000;

export interface EngineSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runProcess: RunProcess;
  /** Whether what is built goes to the registry on this machine's loopback. */
  readonly local: boolean;
}

/**
 * The engine, asked what it is; a string: why it is of no use, part of a sentence that begins with its name.
 * @throws HephyError TOOL_MISSING for a client that was named by hand
 */
export async function findEngine(name: Engine['name'], search: EngineSearch): Promise<Engine | string> {
  const tool = await find(name, search);
  if (tool === undefined) return 'is not on this machine';
  const linux = process.platform === 'linux';
  const info = await ask(tool, ['info', '--format', name === 'docker' ? '{{json .}}' : 'json'], search);
  const read =
    name === 'docker'
      ? readDockerInfo(info.stdout, await endpointOf(tool, search), linux)
      : readPodmanInfo(info.stdout, linux);
  if (typeof read === 'string') return read === NO_ANSWER ? `${read}${info.complaint}` : read;
  if (name === 'docker' && read.rootless && read.loopback.kind === 'host' && search.local) {
    return 'is rootless, and its containers do not reach the local registry on this machine’s loopback';
  }
  return { ...read, tool };
}

async function find(name: Engine['name'], { env }: EngineSearch): Promise<Tool | undefined> {
  const named = await findNamed({ name, variable: `HEPHY_${name.toUpperCase()}` }, { env });
  if (named !== undefined) return named;
  const path = await findOnPath(name, env);
  return path === undefined ? undefined : { name, path, found: 'PATH' };
}

/** DOCKER_HOST, DOCKER_CONTEXT or the current context, whichever counts. */
async function endpointOf(tool: Tool, search: EngineSearch): Promise<string> {
  const { DOCKER_HOST: host } = search.env;
  if (host !== undefined && host !== '') return host;
  const endpoint = await ask(tool, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], search);
  return endpoint.stdout.trim();
}

/** stdout also of one that failed: docker tells of its engine's absence in JSON. */
async function ask(
  tool: Tool,
  args: readonly string[],
  { env, runProcess }: EngineSearch,
): Promise<{ readonly stdout: string; readonly complaint: string }> {
  const end = await runProcess({ file: tool.path, arguments: args, env: engineEnvironment(env), timeout: PATIENCE });
  return { stdout: end.kind === 'exited' ? Buffer.from(end.stdout).toString('utf8') : '', complaint: lastLine(end) };
}

/** The last line of what a program complained of, as the end of a sentence. */
export function lastLine(end: ProcessEnd): string {
  if (end.kind === 'timed out') return `: no answer within ${end.after / 1000} s`;
  const stderr = end.kind === 'exited' || end.kind === 'signalled' ? end.stderr.trim().split('\n').at(-1) : undefined;
  return stderr === undefined || stderr === '' ? '' : `: ${stderr}`;
}

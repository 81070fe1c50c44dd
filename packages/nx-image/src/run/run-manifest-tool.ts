import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegistryTrouble } from '../builders/registry-trouble';
import { HephyError } from '../errors/hephy-error';
import { redact } from '../errors/redact';
import type { Digest } from '../oci/digest';
import { formatRepository } from '../oci/reference';
import { renderIndexSpec, type IndexSpec } from '../plan/index-spec';
import { builderEnvironment } from '../process/builder-environment';
import { certificateFile } from '../process/certificate-authorities';
import type { RunProcess } from '../process/process';
import { proxySecrets } from '../registry/client/proxy';
import type { RegistryTransport } from '../registry/registry';
import type { Tool } from '../tools/tool';
import { makePrivateDirectory } from './runtime/private-directory';
import { sweepDirectories } from './sweep';

/** Milliseconds. It puts a few kilobytes, and waits for ever for a registry that is silent. */
const PATIENCE = 180_000;

export interface ManifestToolRun {
  readonly tool: Tool;
  readonly spec: IndexSpec;
  /** In the format of docker's config.json; undefined: anonymous. */
  readonly dockerConfig: string | undefined;
  readonly transport: RegistryTransport;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly workDirectory: string;
  readonly runProcess: RunProcess;
}

/**
 * Publishes the index by its digest, without a tag.
 * @throws HephyError REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_ERROR, TOOL_MISSING, BUILD_CANCELLED
 */
export async function publishWithManifestTool(run: ManifestToolRun): Promise<Digest> {
  await sweepDirectories(run.workDirectory);
  const directory = await makePrivateDirectory(run.workDirectory);
  try {
    const specFile = join(directory, 'spec.yaml');
    await writeFile(specFile, renderIndexSpec(run.spec), { mode: 0o600 });
    await writeFile(join(directory, 'config.json'), run.dockerConfig ?? '{}', { mode: 0o600 });
    return await push(run, directory, specFile);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function push(run: ManifestToolRun, directory: string, specFile: string): Promise<Digest> {
  const certificates = await certificateFile(run.env, directory);
  const end = await run.runProcess({
    file: run.tool.path,
    // `--type` goes before the subcommand, and must be exactly `oci`: anything else is silently a Docker list.
    arguments: [
      '--docker-cfg',
      directory,
      // On loopback too it must be told.
      ...{ http: ['--plain-http'], unverified: ['--insecure'], https: [] }[run.transport],
      ...['push', '--type', 'oci', 'from-spec', specFile],
    ],
    env: builderEnvironment(run.env, {
      HOME: directory,
      ...(certificates === undefined ? {} : { SSL_CERT_FILE: certificates }),
      ...(run.env.PATH === undefined ? {} : { PATH: run.env.PATH }),
    }),
    signal: run.signal,
    timeout: PATIENCE,
  });
  switch (end.kind) {
    case 'exited':
      return end.exitCode === 0
        ? readDigest(run, Buffer.from(end.stdout).toString('utf8'))
        : fail(run, readError(end.stderr));
    case 'signalled':
      return fail(run, `it was ended by ${end.signal}`);
    case 'absent':
      throw new HephyError('TOOL_MISSING', `${end.file} is not there any more`, {
        hint: 'Install manifest-tool again.',
      });
    case 'timed out':
      return fail(run, `i/o timeout: it had not ended after ${end.after / 1000} s`);
    case 'cancelled':
      throw new HephyError('BUILD_CANCELLED', 'publishing the index was stopped');
  }
}

function readDigest(run: ManifestToolRun, stdout: string): Digest {
  const digest = /^Digest: (sha256:[0-9a-f]{64}) \d+$/m.exec(stdout)?.[1];
  return digest === undefined ? fail(run, 'it ended well and named no digest') : (digest as Digest);
}

/** What logrus has in `msg="…"` of its last error. */
function readError(stderr: string): string {
  const message = [...stderr.matchAll(/level=(?:error|fatal) msg="((?:[^"\\]|\\.)*)"/g)].at(-1)?.[1];
  const text = message?.replace(/\\(["\\])/g, '$1').replace(/^manifest-tool failed with error: /, '');
  return text ?? stderr.trim().split('\n').at(-1) ?? '';
}

function fail(run: ManifestToolRun, reason: string): never {
  const repository = formatRepository(run.spec.repository);
  const trouble = readRegistryTrouble(reason);
  throw new HephyError(
    trouble === undefined || trouble === 'missing' ? 'REGISTRY_ERROR' : trouble,
    `manifest-tool could not publish the index to ${repository}: ${redact(reason, proxySecrets(run.env))}`,
  );
}

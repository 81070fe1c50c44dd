import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuilderEnd, BuildStep } from '../src/builders/builder';
import { runProcess } from '../src/process/run-process';
import type { BuilderRun, BuilderRunEnd } from '../src/run/builder-run';
import { runBuilder } from '../src/run/run-builder';
import type { ChosenBuilder } from '../src/tools/choose-builder';
import type { BuilderCase, RegistryName } from './builder-cases';
import { elfFile } from './elf-files';
import { pushImage } from './fixture-images';
import { freePort } from './free-port';
import { HOST_ARCHITECTURE, hostProgramFiles } from './host-shell';
import { startHttpServer } from './http-server';
import { startRegistry, TEST_LOGIN } from './registry-server';

/** Registries of all kinds, bases in them, and a work directory of its own. */
export interface BuilderStage {
  readonly hosts: Readonly<Record<RegistryName, string>>;
  readonly directory: string;
  /** The repository in each registry that cases push to. */
  readonly path: string;
  run(chosen: ChosenBuilder, one: BuilderCase, more?: MoreOfRun): Promise<CaseRun>;
  stop(): Promise<void>;
}

export type MoreOfRun = Partial<
  Pick<
    BuilderRun,
    | 'context'
    | 'signal'
    | 'timeout'
    | 'env'
    | 'repetitions'
    | 'dockerConfig'
    | 'writesContext'
    | 'onProgress'
    | 'secrets'
  >
> & {
  readonly step?: Partial<BuildStep>;
};

export interface CaseRun extends BuilderRunEnd {
  /** What the reader of outcomes got; undefined where the builder was stopped. */
  readonly end: BuilderEnd | undefined;
  readonly progress: readonly string[];
  /** Reference in the destination registry. */
  readonly tag: string;
  readonly logFile: string;
}

export async function setBuilderStage(): Promise<BuilderStage> {
  const [ok, readOnly, login, immutable, port] = await Promise.all([
    startRegistry(),
    startRegistry({ readOnly: true }),
    startRegistry({ login: true }),
    startImmutable(),
    freePort(),
  ]);
  const platform = `linux/${HOST_ARCHITECTURE}`;
  const shell = { platform, files: hostProgramFiles('/bin/sh'), docker: true };
  await pushImage(ok.host, 'team/base', 'shell', shell);
  await pushImage(ok.host, 'hub/library/base', 'shell', shell);
  const other = elfFile('ia64');
  await pushImage(ok.host, 'team/base', 'foreign', { platform, files: { 'bin/sh': { content: other, mode: 0o755 } } });
  const directory = mkdtempSync(join(tmpdir(), 'hephy-builders-'));
  const hosts = {
    ok: ok.host,
    readOnly: readOnly.host,
    login: login.host,
    immutable: immutable.host,
    closed: `127.0.0.1:${port}`,
  };
  let count = 0;
  return {
    hosts,
    directory,
    path: 'team/built',
    run: (chosen, one, more = {}) => runCase({ hosts, directory, tag: `t${++count}` }, chosen, one, more),
    stop: async () => {
      await Promise.all([ok.stop(), readOnly.stop(), login.stop(), immutable.stop()]);
      rmSync(directory, { recursive: true });
    },
  };
}

async function runCase(
  stage: { readonly hosts: BuilderStage['hosts']; readonly directory: string; readonly tag: string },
  chosen: ChosenBuilder,
  one: BuilderCase,
  { step, ...more }: MoreOfRun,
): Promise<CaseRun> {
  const { hosts, directory, tag } = stage;
  const context = join(directory, 'contexts', tag);
  mkdirSync(context, { recursive: true });
  for (const [path, text] of Object.entries(one.files ?? {})) writeFileSync(join(context, path), text);
  const { username, password } = TEST_LOGIN;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  let end: BuilderEnd | undefined;
  const progress: string[] = [];
  const logFile = join(directory, 'logs', `${tag}.log`);
  const result = await runBuilder({
    ...chosen,
    builder: {
      ...chosen.builder,
      readOutcome: (found) => {
        end = found;
        return chosen.builder.readOutcome(found);
      },
    },
    step: {
      platform: { os: 'linux', architecture: HOST_ARCHITECTURE },
      destination: `${hosts[one.destination ?? 'ok']}/team/built:${tag}`,
      ...(one.target === undefined ? {} : { target: one.target }),
      ...(one.mirror === true ? { mirror: `${hosts.ok}/hub` } : {}),
      buildArgs: [],
      labels: {},
      reproducible: false,
      insecure: [],
      ...step,
    },
    context,
    writesContext: false,
    dockerfile: one.dockerfile
      .replaceAll('{base}', '{ok}/team/base:shell')
      .replaceAll('{foreign}', '{ok}/team/base:foreign')
      .replace(/\{(\w+)\}/g, (text, name: string) => (Object.hasOwn(hosts, name) ? hosts[name as RegistryName] : text)),
    dockerConfig: one.login === true ? JSON.stringify({ auths: { [hosts.login]: { auth } } }) : undefined,
    env: process.env,
    timeout: undefined,
    signal: new AbortController().signal,
    logFile,
    secrets: [],
    workDirectory: join(directory, 'work'),
    runProcess,
    onProgress: ({ what }) => progress.push(what),
    ...more,
  });
  return { ...result, end, progress, tag, logFile };
}

/** Takes every blob, and no manifest: as a repository whose tags are immutable, and taken. */
async function startImmutable(): Promise<{ readonly host: string; stop(): Promise<void> }> {
  return startHttpServer((request, response) => {
    request.resume().on('end', () => {
      const { method = '', url = '' } = request;
      const location = { location: '/v2/upload' };
      if (method === 'GET') response.writeHead(200).end('{}');
      else if (method === 'HEAD') response.writeHead(url.includes('/blobs/') ? 200 : 404).end();
      else if (method === 'POST' || method === 'PATCH') response.writeHead(202, location).end();
      else if (url.includes('/manifests/')) response.writeHead(400, { 'content-type': 'application/json' }).end(TAKEN);
      else response.writeHead(201).end();
    });
  });
}

const TAKEN = JSON.stringify({
  errors: [
    {
      code: 'TAG_INVALID',
      message: 'The image tag already exists in the repository and cannot be overwritten because the tag is immutable.',
    },
  ],
});

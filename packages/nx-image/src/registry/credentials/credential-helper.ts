import { HephyError } from '../../errors/hephy-error';
import { redact } from '../../errors/redact';
import type { RunProcess } from '../../process/process';
import { parseJsonObject } from '../json-object';
import type { Credential } from '../registry';
import { serverAddressOf } from './server-address';

const TIMEOUT = 60_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** https://github.com/docker/docker-credential-helpers: the exact words that mean "anonymous". */
const NOT_FOUND = 'credentials not found in native keychain';

/** `docker-credential-<name> get`; undefined where the helper knows none. */
export async function askHelper(
  name: string,
  registry: string,
  { env, runProcess }: { env: Readonly<Record<string, string>>; runProcess: RunProcess },
): Promise<Credential | undefined> {
  if (!NAME.test(name)) {
    throw new HephyError(
      'CREDENTIALS_FAILED',
      `docker's configuration names a credential helper that cannot be one: ${JSON.stringify(name)}`,
      {
        hint: 'A helper is named by what follows docker-credential- in its file name.',
      },
    );
  }
  const file = `docker-credential-${name}`;
  const failed = (what: string, hint?: string) =>
    new HephyError('CREDENTIALS_FAILED', `${file} ${what} when asked for ${registry}`, {
      hint: hint ?? `Try it: echo ${serverAddressOf(registry)} | ${file} get`,
    });
  const end = await runProcess({ file, arguments: ['get'], env, stdin: serverAddressOf(registry), timeout: TIMEOUT });
  switch (end.kind) {
    case 'absent':
      throw failed('is not on PATH', `Install ${file}, or take it out of docker's configuration.`);
    case 'timed out':
      throw failed(`said nothing for ${end.after / 1000} s`);
    case 'cancelled':
      throw failed('was stopped');
    case 'signalled':
      throw failed(`was ended by ${end.signal}`);
    case 'exited':
      break;
  }
  const output = Buffer.from(end.stdout).toString().trim();
  if (end.exitCode !== 0) {
    if (output.includes(NOT_FOUND) || end.stderr.includes(NOT_FOUND)) return undefined;
    throw failed(`failed with exit code ${end.exitCode}: ${shorten(redact(`${output} ${end.stderr}`))}`);
  }
  const credential = readAnswer(output, file);
  // The output is not quoted: it may hold the secret.
  if (credential === undefined) throw failed('gave an answer that is not {"Username": …, "Secret": …}');
  return credential;
}

function readAnswer(output: string, file: string): Credential | undefined {
  const { Username: username, Secret: password } = parseJsonObject(output);
  if (typeof username !== 'string' || typeof password !== 'string') return undefined;
  return { username, password, source: file };
}

function shorten(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

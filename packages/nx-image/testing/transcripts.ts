import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuilderEnd, BuildOutcome } from '../src/builders/builder';
import type { BuilderName } from '../src/config/build-config';

/** A run of a real builder, recorded by the contract suite. Hosts, digests and times are not those of the run. */
export interface Transcript {
  readonly name: string;
  readonly builder: BuilderName;
  readonly version: string;
  readonly end: BuilderEnd;
  readonly progress: readonly string[];
  readonly outcome: BuildOutcome;
}

const DIRECTORY = join(__dirname, 'transcripts');

export function readTranscripts(): readonly Transcript[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as Transcript);
}

export function writeTranscript(transcript: Transcript): void {
  const file = `${transcript.builder}-${transcript.name.toLowerCase().replaceAll(' ', '-')}.json`;
  writeFileSync(join(DIRECTORY, file), `${JSON.stringify(transcript, null, 2)}\n`);
}

/** Without what differs from run to run. */
export function settle(transcript: Transcript, hosts: Readonly<Record<string, string>>, directory: string): Transcript {
  let text = JSON.stringify(transcript);
  for (const [name, host] of Object.entries(hosts)) {
    text = text
      .replaceAll(host, `${name.toLowerCase()}.test`)
      .replaceAll(host.replace('localhost', '127.0.0.1'), `${name.toLowerCase()}.test`);
    text = text.replaceAll(`[::1]:${host.split(':')[1] ?? ''}`, `${name.toLowerCase()}.test`);
  }
  return JSON.parse(
    text
      .replaceAll(directory, '/work')
      .replace(/build-\w{6}/g, 'build-000000')
      .replace(/[0-9a-f]{64}/g, '0'.repeat(64))
      .replace(/\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{11,12}\b/g, '0'.repeat(11))
      .replace(/built:t\d+/g, 'built:t')
      .replace(/contexts\/t\d+/g, 'contexts/t')
      .replace(/\[\d{4}\]/g, '[0000]')
      .replace(/time=\\"[^"]*\\"/g, 'time=\\"2024-01-01T00:00:00Z\\"'),
  ) as Transcript;
}

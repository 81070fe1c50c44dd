import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../../../nx-image/testing/external-tools';
import { KANIKO } from './tools';
import { ARCHITECTURES } from './stand-in-upstream';
import { copyProgram, pushUpstreamBases, type UpstreamBases } from './upstream-bases';
import { UpstreamClone } from './upstream-clone';

/** Local clones of the real repositories, with the tags v1.28.3 and v2.2.1. */
const SOURCES = {
  'osscontainertools/kaniko': 'HEPHY_TEST_KANIKO_SOURCE',
  'estesp/manifest-tool': 'HEPHY_TEST_MANIFEST_TOOL_SOURCE',
} as const;

/** What a machine lacks to build the real Kaniko and manifest-tool; undefined: nothing. They take Go, a Debian mirror and about an hour. */
export function whyNotReal(): string | undefined {
  const unnamed = Object.values(SOURCES).filter((variable) => (process.env[variable] ?? '') === '');
  if (unnamed.length > 0) return unnamed.join(' and ');
  if (KANIKO === undefined) return 'the real Kaniko, as root';
  return ['go', 'debootstrap', 'bwrap'].find((program) => findOnPath(program) === undefined);
}

/**
 * Clones the real repositories for a git server, and pushes stand-ins for what Kaniko's Dockerfile is FROM. Its pins become those of the stand-ins, tini is downloaded
 * from `downloads` (`tini-static-<architecture>` of the scratch directory), and the helpers are compiled from the modules in `vendor`: all else is the upstream's.
 */
export async function cloneRealUpstreams(
  host: string,
  serverDirectory: string,
  downloads: string,
  scratch: string,
): Promise<void> {
  const bases = await pushUpstreamBases(host, scratch, {
    golang: ['1.26.5', '1.25'],
    debian: ['trixie-slim'],
    busybox: ['musl'],
  });
  const sums: Record<string, string> = {};
  for (const architecture of ARCHITECTURES) {
    const file = join(scratch, `tini-static-${architecture}`);
    copyProgram(scratch, architecture, file);
    sums[architecture] = createHash('sha256').update(readFileSync(file)).digest('hex');
  }
  for (const [path, variable] of Object.entries(SOURCES)) {
    const clone = new UpstreamClone(serverDirectory, path, process.env[variable] ?? '');
    if (path !== 'osscontainertools/kaniko') continue;
    clone.edit('v1.28.3', 'deploy/Dockerfile', (text) => useStandIns(text, bases, downloads, sums));
  }
}

function useStandIns(
  text: string,
  bases: UpstreamBases,
  downloads: string,
  sums: Readonly<Record<string, string>>,
): string {
  return text
    .replace(
      /^(FROM .*?\b(golang|debian|busybox):[^@\s]+)@sha256:[0-9a-f]{64}/gm,
      (_, from: string, name: keyof UpstreamBases) => `${from}@${bases[name]}`,
    )
    .replace(
      /--checksum=sha256:[0-9a-f]{64}((?: \\\n[^\n]*)*?)https:\/\/\S*\/(tini-static-(amd64|arm64))/g,
      (_, between: string, file: string, architecture: string) =>
        `--checksum=sha256:${sums[architecture] ?? ''}${between}http://${downloads}/${file}`,
    )
    .replace('COPY go.mod go.sum ./\n', 'COPY go.mod go.sum ./\nCOPY vendor vendor\n');
}

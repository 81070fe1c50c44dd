import { formatSeconds, formatSize } from '../amounts';
import type { ImageView } from '../html/page-view';
import type { BuildResult, ImageResult, Outcome, ResultError } from '../result';
import { code } from './escape-markdown';

/** Of the table: header, then a line a row. */
export const TABLE_HEAD =
  '| image | platform | outcome | why | version | size | time |\n| --- | --- | --- | --- | --- | ---: | ---: |';

interface Part {
  readonly what: string;
  readonly outcome: Outcome;
  readonly why: string;
  readonly size: string;
}

/** The rows of an image; platforms that ended alike, and for the same reason, share one. Name, version and time stand in the first. */
export function imageRows({ result, seconds }: ImageView): string {
  const version = result.manifest?.versionTag ?? '';
  return partsOf(result)
    .map(({ what, outcome, why, size }, index) => {
      const first = index === 0;
      const word = outcome === 'built' || outcome === 'reused' ? outcome : `**${outcome}**`;
      const head = [first ? code(result.image) : '', what, word, why];
      return `| ${[...head, first ? code(version) : '', size, first ? formatSeconds(seconds) : ''].join(' | ')} |`;
    })
    .join('\n');
}

function partsOf({ prepare, builds, manifest }: ImageResult): readonly Part[] {
  const groups = new Map<string, BuildResult[]>();
  for (const build of builds) {
    const key = JSON.stringify([build.outcome, whyOf(build)]);
    groups.set(key, [...(groups.get(key) ?? []), build]);
  }
  const good = manifest === undefined || manifest.outcome === 'built' || manifest.outcome === 'reused';
  const parts: readonly Part[] = [
    ...(prepare === undefined || prepare.outcome === 'built' ? [] : [partOf('prepare', prepare)]),
    ...[...groups.values()].flatMap((group) => {
      const [first] = group;
      const names = group.map(({ platform }) => code(platform)).join(', ');
      return first === undefined ? [] : [{ ...partOf(names, first), size: sizeOf(group) }];
    }),
    ...(good ? [] : [partOf('index', manifest)]),
  ];
  if (parts.length > 0 || (manifest ?? prepare) === undefined) return parts;
  return [manifest === undefined ? partOf('prepare', { outcome: 'built' }) : partOf('index', manifest)];
}

interface Ended {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly error?: ResultError | undefined;
}

function partOf(what: string, step: Ended): Part {
  return { what, outcome: step.outcome, why: whyOf(step), size: '' };
}

function whyOf({ outcome, reason = '', error }: Ended): string {
  if (error !== undefined) return `${code(error.code)} ${code(error.message)}`;
  return `${outcome === 'skipped' && reason !== '' ? 'because ' : ''}${code(reason)}`;
}

function sizeOf(builds: readonly BuildResult[]): string {
  const sizes = builds.map(({ size }) => size).filter((size) => size !== undefined);
  if (sizes.length === 0 || sizes.length < builds.length) return '';
  const shared = builds.reduce((sum, build) => sum + (build.shared?.bytes ?? 0), 0);
  const all = formatSize(sizes.reduce((sum, size) => sum + size, 0));
  return shared === 0 ? all : `${all} (${formatSize(shared)} as before)`;
}

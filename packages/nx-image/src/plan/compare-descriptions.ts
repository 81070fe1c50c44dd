import { builderOf } from '../builders/builders';
import type { BuildConfig, BuilderName } from '../config/build-config';
import { compareBases, type PresentBases } from './compare-bases';
import { compareTrees } from './compare-trees';
import { ALL_IN_ONE, allInOne, hashOf, isDescribed, type Description, type PlatformDescription } from './description';
import type { OpenTree } from './file-tree';
import type { PublishedUpstream } from './published-upstream';
import type { Change, Reason } from './reason';

/** The version that was published last. */
export interface Before {
  /** For messages. */
  readonly version: string | undefined;
  /** undefined: it has none that can be read. */
  readonly description: Description | undefined;
  readonly upstream: PublishedUpstream | undefined;
}

/** What a platform would be made of now. */
export interface Present extends PresentBases {
  readonly platform: string;
  readonly description: PlatformDescription;
  /** undefined: which files changed will not be known. */
  readonly files: OpenTree | undefined;
  readonly upstream: PublishedUpstream | undefined;
  readonly config: Pick<BuildConfig, 'contextPath' | 'dockerfileFrom' | 'reproducible'>;
}

/** Why an image whose inputs the registry does not have is to be built. `before` undefined: nothing was published. */
export function reasonToBuild(before: Before | undefined, present: Present): Reason {
  if (before === undefined) return { kind: 'first' };
  const version = before.version ?? 'the version published last';
  if (before.description === undefined) return { kind: 'unknown', why: `${version} does not say what it was made of` };
  const was = before.description.platforms[present.platform];
  if (was === undefined) {
    return { kind: 'changed', changes: [{ kind: 'platform', how: 'added', name: present.platform }] };
  }
  if (was.key === present.description.key) return { kind: 'gone' };
  if (!isDescribed(was)) return { kind: 'unknown', why: `${version} had no room to say what it was made of` };
  const changes = compareDescriptions({ ...before, description: before.description }, was, present);
  if (changes.length > 0) return { kind: 'changed', changes };
  return { kind: 'unknown', why: `nothing that ${version} says of what it was made of` };
}

/**
 * What differs, and not what differs because of it: of a Dockerfile that changed not the args and bases that it names now, of an upstream that moved not its
 * files, of another context not that its files are others.
 */
function compareDescriptions(
  before: Before & { readonly description: Description },
  was: PlatformDescription,
  present: Present,
): readonly Change[] {
  const is = present.description;
  // A commit that changed nothing of what is built from may have come after the one that the version names.
  const sameSource = was.context === is.context && was.dockerfile === is.dockerfile;
  const upstream = sameSource ? [] : compareUpstreams(before.upstream, present.upstream);
  const moved = upstream.length > 0;
  const dockerfile: Change[] =
    was.dockerfile === is.dockerfile || (moved && present.config.dockerfileFrom === 'upstream')
      ? []
      : [{ kind: 'dockerfile', how: 'changed' }];
  const target = compareTexts('target', was.target, is.target);
  const context = compareTexts('context', before.description.contextPath ?? '.', present.config.contextPath);
  const sameStages = was.dockerfile === is.dockerfile && target.length === 0;
  return [
    ...upstream,
    ...dockerfile,
    ...target,
    ...context,
    ...(moved || context.length > 0 ? [] : compareContexts(before.description, was, present)),
    ...compareHashes('arg', was.args, is.args, sameStages),
    ...compareHashes('label', was.labels, is.labels, true),
    ...compareBases(before.description, was, present, sameStages),
    ...compareBuilders(was, is, present.config.reproducible),
    ...compareTexts('epoch', was.epoch, is.epoch),
    ...comparePeriods(was.period, is.period),
  ];
}

function compareUpstreams(was: PublishedUpstream | undefined, is: PublishedUpstream | undefined): readonly Change[] {
  if (was?.repo !== is?.repo) return [{ kind: 'upstream', how: 'replaced', from: was?.repo, to: is?.repo }];
  if (was === undefined || is === undefined || was.commit === is.commit) return [];
  const commits = apart(was.commit, is.commit, (commit) => commit.slice(0, 7));
  // What named the commits has to be the same, and a name, for something to have moved behind it.
  if (was.ref !== undefined && was.ref === is.ref)
    return [{ kind: 'upstream', how: 'moved', name: is.repo, ...commits }];
  const shorten = (ref: string) => ref.replace(/^refs\/(?:heads|tags)\//, '');
  const refs = apart(was.ref ?? commits.from, is.ref ?? commits.to, shorten);
  return [{ kind: 'upstream', how: 'changed', ...refs }];
}

/** Short, unless one could not be told from the other then. */
function apart(
  from: string,
  to: string,
  shorten: (text: string) => string,
): { readonly from: string; readonly to: string } {
  const short = { from: shorten(from), to: shorten(to) };
  return short.from === short.to ? { from, to } : short;
}

function compareTexts(
  kind: 'target' | 'context' | 'epoch' | 'builder',
  from: string | undefined,
  to: string | undefined,
): readonly Change[] {
  return from === to ? [] : [{ kind, how: 'changed', from, to }];
}

function compareContexts(before: Description, was: PlatformDescription, present: Present): readonly Change[] {
  if (was.context === present.description.context) return [];
  const { files } = before;
  const changes = files === undefined || present.files === undefined ? [] : compareTrees(files, present.files);
  if (changes.length > 0) return changes;
  // The Dockerfile may be all of the context that changed.
  return was.dockerfile === present.description.dockerfile ? [{ kind: 'file', how: 'changed' }] : [];
}

function compareHashes(
  kind: 'arg' | 'label',
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
  sameNames: boolean,
): readonly Change[] {
  if (Object.hasOwn(was, ALL_IN_ONE)) {
    // With the names may have changed what is in the hash, and none of the values.
    return !sameNames || was[ALL_IN_ONE] === allInOne(is)[ALL_IN_ONE] ? [] : [{ kind, how: 'changed' }];
  }
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names.flatMap((name): readonly Change[] => {
    const [old, now] = [own(was, name), own(is, name)];
    if (old === now) return [];
    if (old !== undefined && now !== undefined) return [{ kind, how: 'changed', name }];
    return sameNames ? [{ kind, how: old === undefined ? 'added' : 'removed', name }] : [];
  });
}

function own(hashes: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(hashes, name) ? hashes[name] : undefined;
}

/** Flags are hashes: the config's one is told by trying it, the others are hephy's own. */
function compareBuilders(was: PlatformDescription, is: PlatformDescription, reproducible: boolean): readonly Change[] {
  const builder = compareTexts('builder', was.builder, is.builder);
  if (builder.length === 0 && was.flags.join() === is.flags.join()) return [];
  const before = [true, false].find((one) => flagsOf(was.builder, one) === was.flags.join());
  if (before !== undefined && before !== reproducible) {
    return [...builder, { kind: 'reproducible', how: 'changed', from: String(before), to: String(reproducible) }];
  }
  return builder.length > 0 ? builder : [{ kind: 'flags', how: 'changed', name: is.builder }];
}

function flagsOf(builder: string, reproducible: boolean): string | undefined {
  const known = ['kaniko', 'buildah'].find((name): name is BuilderName => name === builder);
  return known && builderOf(known).resultFlags({ reproducible }).map(hashOf).join();
}

function comparePeriods(from: string | undefined, to: string | undefined): readonly Change[] {
  if (from === to) return [];
  if (from === undefined || to === undefined) {
    return [{ kind: 'period', how: from === undefined ? 'added' : 'removed', from, to }];
  }
  return [{ kind: 'period', how: 'changed', from, to }];
}

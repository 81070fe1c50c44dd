import type { Image } from '../config/build-config';
import { tagOwners } from '../config/claimed-tags';
import { HephyError } from '../errors/hephy-error';
import { redact } from '../errors/redact';
import type { Digest } from '../oci/digest';
import { parseReference, type Reference } from '../oci/reference';
import { askAbout, describedBases, isOwnBase, movedBases } from '../plan/drift-questions';
import type { BaseNow, Drifts, DriftSubject, LastPublished, RefNow, Unknown } from '../plan/drift';
import { findDrift, type OwnerOf } from '../plan/find-drift';
import { readPublishedUpstream } from '../plan/published-upstream';
import { resolveRefs } from '../source/upstream/resolve-ref';
import { readIndex, readManifest } from './checks/read-manifest';
import type { Published } from './published';
import type { RunContext } from './run-context';
import { Semaphore } from './semaphore';
import { Silences } from './silences';
import { readTrustedLast } from './trusted-last';

type DriftContext = Pick<RunContext, 'facts' | 'last' | 'registry' | 'env' | 'runProcess' | 'signal'>;

/** Requests at once. */
const REQUESTS = 8;
/** Processes of git at once. */
const CALLS = 4;

/**
 * What moved under the images since they were published, building nothing. Asked are: `last-{image}` of each image and of those that it is FROM; the digest of each base of others,
 * and where that moved its index; the refs of each upstream.
 * @param all the images of the repository
 */
export async function lookForDrift(
  context: DriftContext,
  all: readonly Image[],
  asked: readonly Image[],
): Promise<Drifts> {
  const { signal, facts } = context;
  const silences = new Silences(signal);
  const owners = tagOwners(all);
  const ownerOf: OwnerOf = (own) => owners.get(own);
  const subjects = await readSubjects(context, silences, asked, ownerOf);
  const [bases, refs] = await Promise.all([
    askBases(context, silences, subjects),
    askUpstreams(context, silences, askAbout(subjects).refs),
  ]);
  const refOf = (repo: string, ref: string): RefNow | undefined => refs.get(repo)?.get(ref);
  const drifts = findDrift(subjects, { bases, refOf, now: facts.started }, ownerOf);
  const names = new Set(asked.map(({ name }) => name));
  return {
    asked: drifts.filter(({ image }) => names.has(image)),
    parents: drifts.filter(({ image }) => !names.has(image)),
  };
}

/** The images asked for, and all that they are FROM. */
async function readSubjects(
  context: DriftContext,
  silences: Silences,
  asked: readonly Image[],
  ownerOf: OwnerOf,
): Promise<readonly DriftSubject[]> {
  const subjects = new Map<string, DriftSubject>();
  const places = new Semaphore(REQUESTS);
  for (let next = asked; next.length > 0;) {
    const read = next.map(async (image): Promise<DriftSubject> => {
      const work = () => readTrustedLast(context, image.name);
      const { registry } = context.facts.repository;
      const answer = await places.within(() => silences.ask(registry, work), context.signal);
      return { image, last: answer instanceof HephyError ? { kind: 'unknown', why: unknown(answer) } : lastOf(answer) };
    });
    const found = await Promise.all(read);
    for (const subject of found) subjects.set(subject.image.name, subject);
    const parents = found
      .flatMap(({ last }) => describedBases(last))
      .flatMap(({ base }) => (isOwnBase(base) ? (ownerOf(base.name) ?? []) : []));
    next = [...new Set(parents)].filter(({ name }) => !subjects.has(name));
  }
  return [...subjects.values()];
}

function lastOf(published: Published | undefined): LastPublished {
  if (published === undefined) return { kind: 'never' };
  const { version, index, description } = published;
  return { kind: 'published', version, index, description, upstream: readPublishedUpstream(index.annotations) };
}

async function askBases(
  { registry, signal }: DriftContext,
  silences: Silences,
  subjects: readonly DriftSubject[],
): Promise<ReadonlyMap<string, BaseNow>> {
  const places = new Semaphore(REQUESTS);
  const now = new Map<string, BaseNow>();
  const ask = <T>(name: string, work: (reference: Reference) => Promise<T>): Promise<T | HephyError> => {
    const reference = parseReference(name);
    if (reference === undefined) throw new Error(`${name} is asked for and is no reference`);
    return places.within(() => silences.ask(reference.registry, () => work(reference)), signal);
  };
  const heads = new Map<string, Digest>();
  await Promise.all(
    askAbout(subjects).bases.map(async (name) => {
      const digest = await ask(name, (reference) => registry.headManifest(reference));
      if (digest instanceof HephyError) now.set(name, { kind: 'unknown', why: unknown(digest) });
      else if (digest === undefined) now.set(name, { kind: 'unknown', why: absent(name) });
      else {
        heads.set(name, digest);
        now.set(name, { kind: 'there', digest });
      }
    }),
  );
  await Promise.all(
    [...movedBases(subjects, heads)].map(async ([name, digest]) => {
      const raw = await ask(name, ({ registry: host, path }) => registry.getManifest({ registry: host, path, digest }));
      if (raw instanceof HephyError) now.set(name, { kind: 'unknown', why: unknown(raw) });
      else if (raw === undefined) now.set(name, { kind: 'unknown', why: absent(name) });
      else now.set(name, baseOf(name, digest, raw.bytes));
    }),
  );
  return now;
}

function baseOf(name: string, digest: Digest, bytes: Uint8Array): BaseNow {
  const index = readIndex(bytes);
  if (index !== undefined || readManifest(bytes) !== undefined) return { kind: 'there', digest, index };
  return { kind: 'unknown', why: { code: 'IMAGE_UNREADABLE', message: `${name} is no image that can be read` } };
}

async function askUpstreams(
  { env, runProcess, signal }: DriftContext,
  silences: Silences,
  questions: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, RefNow>>> {
  const places = new Semaphore(CALLS);
  const answers = [...questions].map(async ([repo, refs]) => {
    const work = () => resolveRefs({ repo, refs, env, runProcess, signal });
    const answer = await places.within(() => silences.ask(repo, work), signal);
    return [repo, new Map(refs.map((ref) => [ref, refNow(repo, ref, answer)]))] as const;
  });
  return new Map(await Promise.all(answers));
}

function refNow(repo: string, ref: string, answer: Awaited<ReturnType<typeof resolveRefs>> | HephyError): RefNow {
  if (answer instanceof HephyError) return { kind: 'unknown', why: unknown(answer) };
  const found = answer.get(ref);
  if (found !== undefined) return { kind: 'there', commit: found.commit };
  const message = `${redact(repo)} has no tag or branch ${ref}`;
  return { kind: 'unknown', why: { code: 'UPSTREAM_REF_MISSING', message } };
}

function absent(name: string): Unknown {
  return { code: 'BASE_NOT_FOUND', message: `${name} is not in its registry` };
}

function unknown({ code, message }: HephyError): Unknown {
  return { code, message };
}

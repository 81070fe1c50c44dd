import { nearest } from '../../config/nearest';
import { HephyError } from '../../errors/hephy-error';
import { formatRepository, isTag, parseReference, type Reference, type Repository } from '../../oci/reference';
import { isDescribed, shortOf, type BaseDescription } from '../../plan/description';
import type { Subject } from '../../report/where-used';
import type { PublishedVersion } from './read-versions';

export interface Question {
  readonly subject: Subject;
  /** Whether the base is what was asked for; `parent` is the version that it was, where it is of this repository. */
  readonly isIt: (base: BaseDescription, parent: PublishedVersion | undefined) => boolean;
}

export interface QuestionFacts {
  readonly repository: Repository;
  /** Of the images of the workspace, with their additional tags. */
  readonly images: readonly { readonly name: string; readonly tags: readonly string[] }[];
  readonly versions: readonly PublishedVersion[];
}

const MIN_DIGITS = 8;

/**
 * What somebody asks about: a digest, what is of this repository (also by its whole reference), else an image of elsewhere.
 * @throws HephyError OPTIONS_INVALID
 */
export function readQuestion(asked: string, facts: QuestionFacts): Question {
  const home = formatRepository(facts.repository);
  const text = asked.startsWith(`${home}:`) || asked.startsWith(`${home}@`) ? asked.slice(home.length + 1) : asked;
  if (/^sha256:/i.test(text)) return digestQuestion(text.toLowerCase(), facts.versions);
  return ownQuestion(text, facts) ?? baseQuestion(text, facts);
}

function digestQuestion(text: string, versions: readonly PublishedVersion[]): Question {
  const digits = text.slice('sha256:'.length);
  if (!/^[0-9a-f]{8,64}$/.test(digits)) {
    throw new HephyError('OPTIONS_INVALID', `${JSON.stringify(text)} is no digest`, {
      hint: `Give sha256: and at least the first ${MIN_DIGITS} hex digits of an index or of one platform's manifest.`,
    });
  }
  const begins = (hex: string): boolean => {
    const length = Math.min(hex.length, digits.length);
    return hex.slice(0, length) === digits.slice(0, length);
  };
  const own = versions.filter(({ digest }) => digest.startsWith(text));
  const children = new Set(own.flatMap((version) => version.children.map(({ digest }) => shortOf(digest))));
  return {
    subject: { kind: 'digest', name: text },
    isIt: ({ index, child }) => begins(child) || (index !== undefined && begins(index)) || children.has(child),
  };
}

function ownQuestion(text: string, { images, versions }: QuestionFacts): Question | undefined {
  if (images.some(({ name }) => name === text) || versions.some(({ image }) => image === text)) {
    return { subject: { kind: 'image', name: text }, isIt: (_, parent) => parent?.image === text };
  }
  const version = versions.find((one) => one.version === text);
  if (version !== undefined) {
    const children = new Set(version.children.map(({ digest }) => shortOf(digest)));
    return {
      subject: { kind: 'version', name: text },
      isIt: ({ child }, parent) => parent?.image === version.image && children.has(child),
    };
  }
  const isNamed = isTag(text) && (images.some(({ tags }) => tags.includes(text)) || namesOfParents(versions).has(text));
  if (!isNamed) return undefined;
  return {
    subject: { kind: 'tag', name: text },
    isIt: ({ name, index }) => index === undefined && name === text,
  };
}

/** `<image>-<tag>` as Dockerfiles named images of this repository. */
function namesOfParents(versions: readonly PublishedVersion[]): ReadonlySet<string> {
  const all = versions.flatMap(({ description }) => Object.values(description?.platforms ?? {}));
  return new Set(
    all
      .flatMap((one) => (isDescribed(one) ? one.bases : []))
      .flatMap(({ name, index }) => (index === undefined ? [name] : [])),
  );
}

/** As people write it; without a tag and a digest, whatever they were. */
function baseQuestion(text: string, { images, versions }: QuestionFacts): Question {
  const reference = parseReference(text);
  if (reference === undefined) {
    throw new HephyError(
      'OPTIONS_INVALID',
      `${JSON.stringify(text)} is neither a reference, nor a digest, nor an image`,
      {
        hint: 'It is as alpine:3.22, ghcr.io/team/base:1, sha256:…, an image of this repository, or a version of one.',
      },
    );
  }
  const hasTag = text.slice(text.lastIndexOf('/') + 1).includes(':') || text.includes('@');
  const { tag, digest, ...repository } = reference;
  const prefix = digest === undefined ? undefined : shortOf(digest);
  const isBase = (base: Reference | undefined): boolean =>
    base !== undefined &&
    formatRepository(base) === formatRepository(repository) &&
    (!hasTag || tag === undefined || base.tag === tag || (base.tag === undefined && prefix !== undefined));
  const near = nearest(text, [...new Set([...images.map(({ name }) => name), ...versions.map(({ image }) => image)])]);
  const name = `${formatRepository(repository)}${hasTag && tag !== undefined ? `:${tag}` : ''}${digest === undefined ? '' : `@${digest}`}`;
  return {
    subject: { kind: 'base', name, ...(near === undefined ? {} : { near }) },
    isIt: ({ name: base, index, child }) =>
      index !== undefined &&
      isBase(parseReference(base)) &&
      (prefix === undefined || prefix === index || prefix === child),
  };
}

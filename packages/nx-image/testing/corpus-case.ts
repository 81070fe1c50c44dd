import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { BuilderName } from '../src/config/build-config';

/** A path's content with mode 0644 and owner 0:0, or what is to hold of it; null: the base has it, and the image has not. */
export type ExpectedFile =
  | string
  | null
  | {
      readonly content?: string;
      readonly mode?: string;
      readonly owner?: string;
      /** Of a symbolic link. */
      readonly link?: string;
      readonly directory?: true;
    };

export interface ExpectedImage {
  /** All that the build adds, changes and takes away, directories apart, which count where they are named. */
  readonly files?: Readonly<Record<string, ExpectedFile>>;
  /** Of the image's config; null: it has none. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A failure as `CODE` or `CODE text of the message`, with `line:column ` or `line ` before it where it has a place. */
export type Complaint = string;

export interface Expectation {
  /** `line INSTRUCTION base`; `base@other`: not for this machine's platform. */
  readonly pins?: readonly string[];
  /** Before anything is built. */
  readonly refused?: readonly Complaint[];
  /** By the builder. */
  readonly fails?: Complaint;
  readonly image?: ExpectedImage;
  /** Said of the Dockerfile beside a build that is done. */
  readonly notes?: readonly string[];
  /** Said of what came out. */
  readonly told?: readonly string[];
}

/** A Dockerfile of the corpus and what must come of it. What stands under a builder's name is for that one alone. */
export interface CorpusCase extends Expectation {
  readonly name: string;
  /** `{r}` stands for the registry with the bases, `{http}` for a web server. */
  readonly dockerfile: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
  /** The machine's own unless it says so. */
  readonly platform?: string;
  /** Instead of the context that cases share. */
  readonly files?: Readonly<Record<string, string>>;
  /** `<image>-<tag>` of images of our own, as the graph sees them. */
  readonly edges?: readonly string[];
  readonly kaniko?: Expectation;
  readonly buildah?: Expectation;
}

const EXPECTATION = ['pins', 'refused', 'fails', 'image', 'notes', 'told'];
const KEYS = [
  ...['name', 'dockerfile', 'args', 'target', 'platform', 'files', 'edges', 'kaniko', 'buildah'],
  ...EXPECTATION,
];

export interface CorpusTopic {
  readonly topic: string;
  readonly cases: readonly CorpusCase[];
}

/** `integration/corpus/<topic>.yaml`, each a list of cases. */
export function readCorpus(directory: string): readonly CorpusTopic[] {
  return readdirSync(directory)
    .sort()
    .map((file) => {
      const cases = parse(readFileSync(join(directory, file), 'utf8')) as readonly CorpusCase[];
      for (const one of cases) checkCase(one, file);
      return { topic: file.replace(/\.yaml$/, ''), cases };
    });
}

/** What a case expects of a builder; undefined: it is not built, its pins and edges are all there is to it. */
export function expectationOf(one: CorpusCase, builder: BuilderName): Expectation | undefined {
  const { refused, fails, image, notes, told } = one;
  const own = one[builder];
  if (own !== undefined) return own;
  if (refused === undefined && fails === undefined && image === undefined) return undefined;
  return {
    ...(refused && { refused }),
    ...(fails !== undefined && { fails }),
    ...(image && { image }),
    ...(notes && { notes }),
    ...(told && { told }),
  };
}

/** A misspelt expectation would expect nothing. */
function checkCase(one: CorpusCase, file: string): void {
  const wrong = [
    ...unknownKeys(one, KEYS),
    ...[one, one.kaniko, one.buildah].flatMap((expectation) => [
      ...(expectation === one || expectation === undefined ? [] : unknownKeys(expectation, EXPECTATION)),
      ...unknownKeys(expectation?.image ?? {}, ['files', 'config']),
      ...Object.values(expectation?.image?.files ?? {}).flatMap((expected) =>
        typeof expected === 'object' && expected !== null
          ? unknownKeys(expected, ['content', 'mode', 'owner', 'link', 'directory'])
          : [],
      ),
    ]),
  ];
  if (wrong.length > 0) throw new Error(`${file}: ${one.name}: what is ${wrong.join(', ')}?`);
  const expects = [one, one.kaniko ?? {}, one.buildah ?? {}].some((expectation) =>
    [...EXPECTATION, 'edges'].some((key) => key in expectation),
  );
  if (!expects) throw new Error(`${file}: ${one.name} expects nothing`);
}

function unknownKeys(value: object, known: readonly string[]): string[] {
  return Object.keys(value).filter((key) => !known.includes(key));
}

import type { PipelineEvent } from '../../ci/pipeline-event';
import type { Base } from '../../ci/base-question';
import { imageFinder, nearestImage } from '../../config/named-images';
import { quoted } from '../../config/quoted';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import type { Image } from '../../config/build-config';
import type { ImageCatalog } from '../run-context';

/** Which images a pipeline is about, before it is known what the registry has. */
export interface Choice {
  /** One line. */
  readonly why: string;
  readonly isChosen: (image: Image) => boolean;
}

export interface ChoiceInput {
  readonly event: PipelineEvent;
  readonly catalog: Pick<ImageCatalog, 'roots' | 'images'>;
  /** Of nx. */
  readonly projectOf: (root: string) => string;
  readonly resolveBase: () => Promise<Base>;
  /** Since that. */
  readonly findAffected: () => Promise<readonly string[] | 'all'>;
}

/** @throws HephyErrors OPTIONS_INVALID for names of `IMAGES` that are no image's, and what the base and nx are refused with */
export async function chooseImages({ event, catalog, ...input }: ChoiceInput): Promise<Choice> {
  const { images } = event;
  if (images !== undefined) {
    const names = findNamed(images, catalog, input.projectOf);
    return { why: `IMAGES=${images.join(',')}: those were asked for`, isChosen: ({ name }) => names.has(name) };
  }
  if (event.forceAll) return { why: 'FORCE_ALL=true: all images are built anew', isChosen: () => true };
  const base = await input.resolveBase();
  if (base.kind === 'everything' && event.looksOnly) return { why: base.why, isChosen: () => false };
  const affected = await input.findAffected();
  if (affected === 'all') return { why: base.why, isChosen: () => true };
  const projects = new Set(affected);
  return { why: base.why, isChosen: ({ root }) => projects.has(input.projectOf(root)) };
}

/** By image, directory or its name, as `--rebuild` has them, and by the project of nx. */
function findNamed(
  words: readonly string[],
  catalog: Pick<ImageCatalog, 'roots' | 'images'>,
  projectOf: (root: string) => string,
): ReadonlySet<string> {
  const find = imageFinder(catalog);
  const byProject = new Map(catalog.roots.map((root) => [projectOf(root), root]));
  const named = new Set<string>();
  const unknown: HephyError[] = [];
  for (const word of words) {
    const root = byProject.get(word);
    const names = find(word) ?? (root === undefined ? undefined : catalog.images(root).map(({ name }) => name));
    for (const name of names ?? []) named.add(name);
    if (names === undefined) unknown.push(unknownName(word, nearestImage(catalog, word)));
  }
  if (unknown.length > 0) throw new HephyErrors(unknown);
  return named;
}

function unknownName(word: string, near: string | undefined): HephyError {
  return new HephyError('OPTIONS_INVALID', `IMAGES names ${quoted(word)}, and there is no such image`, {
    hint: near === undefined ? 'See `npx nx show projects --with-target manifest`.' : `Did you mean ${near}?`,
  });
}

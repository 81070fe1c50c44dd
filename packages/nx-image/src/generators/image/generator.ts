import { join, posix } from 'node:path';
import { generateFiles, OverwriteStrategy, type Tree } from '@nx/devkit';
import type { Image } from '../../config/build-config';
import { checkPath, normalPath } from '../../config/check-path';
import { checkImages } from '../../config/image-table';
import { nearest } from '../../config/nearest';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { hasPlugin } from '../init/add-plugin';
import { agreeOnReadme, README_RULE } from '../init/agree-on-readme';
import { setUp } from '../init/generator';
import { imagesAt, readImages } from '../read-images';
import { showErrors } from '../show-errors';
import { renderConfig } from './render-config';

export interface ImageOptions {
  readonly name: string;
  readonly directory?: string;
  readonly description?: string;
  readonly platforms?: readonly string[];
  /** Image of this repository that the new one is FROM. */
  readonly base?: string;
  readonly upstreamRepo?: string;
  readonly upstreamRef?: string;
}

const PLATFORMS = ['linux/amd64', 'linux/arm64'];

/** `nx g @hephy/nx-image:image NAME`. Refuses what would not build, before a file is written; files that are there stay. */
export default function image(tree: Tree, options: ImageOptions): Promise<void> {
  return showErrors(() => {
    generate(tree, options);
  });
}

function generate(tree: Tree, options: ImageOptions): void {
  const root = rootOf(options);
  const upstream = upstreamOf(options);
  const description = options.description === '' ? undefined : options.description;
  const platforms = options.platforms ?? PLATFORMS;
  const text = renderConfig({ root, description, upstream, platforms });
  const [made] = imagesAt(root, text);
  const others = readImages(tree);
  checkNew(tree, made, others);
  checkBase(options.base, others);
  if (!hasPlugin(tree)) setUp(tree);
  tree.write(made.configFile, text);
  const { name, base } = options;
  const about =
    description ??
    (upstream === undefined ? 'What the image is, and for whom.' : `Built from ${upstream.repo}, ${upstream.ref}.`);
  const values = { name, base, about, readmeRule: README_RULE, dot: '.', tmpl: '' };
  const hasDockerfile = tree.exists(posix.join(root, made.config.dockerfilePath));
  const folders =
    upstream !== undefined ? ['readme'] : hasDockerfile ? ['readme', 'ignore'] : ['readme', 'ignore', 'dockerfile'];
  for (const folder of folders) {
    generateFiles(tree, join(__dirname, 'files', folder), root, values, {
      overwriteStrategy: OverwriteStrategy.KeepExisting,
    });
  }
  agreeOnReadme(tree, [made]);
}

function rootOf({ name, directory = 'projects' }: ImageOptions): string {
  const complaint = checkPath(directory);
  if (complaint !== undefined)
    throw new HephyError('OPTIONS_INVALID', `directory: ${complaint.what}`, { hint: complaint.hint });
  if (name === '' || name.includes('/')) {
    throw new HephyError('IMAGE_NAME_INVALID', `\`${name}\` makes no image name`, {
      hint: 'Give the name alone, as `web`; `--directory` says where its directory is made.',
    });
  }
  return posix.join(normalPath(directory), name);
}

function upstreamOf({
  upstreamRepo: repo,
  upstreamRef: ref,
  base,
}: ImageOptions): { repo: string; ref: string } | undefined {
  if (repo === undefined && ref === undefined) return undefined;
  if (repo === undefined || ref === undefined) {
    const [given, missing] = repo === undefined ? ['upstreamRef', 'upstreamRepo'] : ['upstreamRepo', 'upstreamRef'];
    throw new HephyError('OPTIONS_INVALID', `${given} is given without ${missing}`, { hint: 'Give both, or none.' });
  }
  if (base !== undefined) {
    throw new HephyError('OPTIONS_INVALID', 'base and upstreamRepo exclude each other', {
      hint: "Leave base out: the upstream's Dockerfile says what it is FROM.",
    });
  }
  return { repo, ref };
}

/** All that is wrong since it is there, in its own file or in another's. */
function checkNew(tree: Tree, made: Image, others: readonly Image[]): void {
  if (tree.exists(made.configFile)) {
    throw new HephyError('IMAGE_NAME_TAKEN', `${made.configFile} is there already`, {
      hint: 'Choose another name, or edit that file.',
    });
  }
  const before = new Set(checkImages(others).errors.map(({ message }) => message));
  const errors = checkImages([...others, made]).errors.filter(({ message }) => !before.has(message));
  if (errors.length > 0) throw new HephyErrors(errors);
}

function checkBase(base: string | undefined, others: readonly Image[]): void {
  if (base === undefined || checkImages(others).owners.has(`${base}-latest`)) return;
  const meant = nearest(
    base,
    others.filter(({ config }) => config.additionalTags.some(({ name }) => name === 'latest')).map(({ name }) => name),
  );
  throw new HephyError('OPTIONS_INVALID', `no image of this workspace has the tag \`${base}-latest\``, {
    hint: meant === undefined ? 'Name an image with `latest` in its additional_tags.' : `Did you mean \`${meant}\`?`,
  });
}

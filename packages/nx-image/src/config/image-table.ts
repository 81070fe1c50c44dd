import { formatLocation } from '../errors/format-location';
import { HephyError, type Location } from '../errors/hephy-error';
import { archName, KNOWN_PLATFORMS } from '../oci/platform';
import { MAX_TAG_LENGTH } from '../oci/reference';
import type { Image } from './build-config';
import { placeOfTag, placeOfVariant } from './config-source';
import { checkHolds } from './check-holds';
import { quoted } from './quoted';

/** The images of a repository by the tags that they claim. */
export interface ImageTable {
  /** By `<image>-<tag>`, as FROM names it. Of two that claim one tag, the first. */
  readonly owners: ReadonlyMap<string, Image>;
  readonly errors: readonly HephyError[];
}

/** What a tag can begin with, and no project of Nx is called otherwise. Upper case is allowed in tags, so it is here. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Tags that hephy writes for itself: DESIGN, "Tags". Each ends at the first `-`, so the name alone decides. */
const RESERVED = /^(?:in|push|last|mr\d+)-/;

/** Where the version tag of an image could begin: `-{YYYYMMDD}-{sha7}`, and what may follow it. */
const VERSION = /-(?=\d{8}-[0-9a-f]{7}(?:-|$))/g;

/** Whether there is one at all: of thousands of tags, few have it. */
const HAS_VERSION = /-\d{8}-[0-9a-f]{7}/;

/** The longest prefix and suffixes that hephy may put around: merge request, date and commit, changed tree, attempt. */
const LONGEST_PREFIX = 'mr4294967295000-'.length;
const LONGEST_VERSION = '-20260101-0123456-dirty-012345'.length;
const LONGEST_ATTEMPT = '-99'.length;
/** Of whatever platforms: names that are short enough for these are for all. */
const LONGEST_SUFFIX = Math.max(...KNOWN_PLATFORMS.map((platform) => platform.length));

/** Checks what no file shows by itself: names and tags over the whole repository. */
export function checkImages(images: readonly Image[]): ImageTable {
  const errors: HephyError[] = [];
  const named = new Map<string, Image>();
  for (const image of images) {
    const error = checkName(image, named.get(image.name));
    if (error !== undefined) errors.push(error);
    if (!named.has(image.name)) named.set(image.name, image);
  }
  const owners = new Map<string, Image>();
  for (const image of images) {
    // The tags of the second of one name would all collide.
    if (named.get(image.name) !== image) continue;
    for (const [index, { name }] of image.config.additionalTags.entries()) {
      const tag = `${image.name}-${name}`;
      const owner = owners.get(tag);
      const error = checkTag(image, index, tag, owner, named);
      if (error !== undefined) errors.push(error);
      if (owner === undefined) owners.set(tag, image);
    }
  }
  return { owners, errors: [...errors, ...checkHolds(images)] };
}

function checkName(image: Image, first: Image | undefined): HephyError | undefined {
  const { name, variant, config } = image;
  if (variant === undefined && !NAME.test(name)) {
    return new HephyError('IMAGE_NAME_INVALID', `the directory name ${quoted(name)} makes no image name`, {
      where: placeOfName(image),
      hint: 'Use letters, digits, `_`, `.` and `-`, the last two not at the start: tags begin with it.',
    });
  }
  if (first !== undefined) {
    // Of two directories of one name, that is said; not of each of their variants.
    return first.project === image.project && variant !== undefined ? undefined : nameTaken(image, first);
  }
  const reserved = variant === undefined ? RESERVED.exec(`${name}-`) : null;
  if (reserved !== null) {
    return new HephyError(
      'TAG_RESERVED',
      `the tags of the image \`${name}\` would begin with \`${reserved[0]}\`, as those of hephy itself do`,
      {
        where: placeOfName(image),
        hint: 'Rename the directory.',
      },
    );
  }
  if (LONGEST_PREFIX + name.length + LONGEST_VERSION + LONGEST_SUFFIX + LONGEST_ATTEMPT <= MAX_TAG_LENGTH)
    return undefined;
  const suffix = Math.max(0, ...config.platforms.map((platform) => archName(platform).length + 1));
  const longest = LONGEST_PREFIX + name.length + LONGEST_VERSION + suffix + LONGEST_ATTEMPT;
  if (longest > MAX_TAG_LENGTH) {
    return new HephyError(
      'TAG_TOO_LONG',
      `the version tags of the image ${quoted(name)} could have ${longest} characters, more than ${MAX_TAG_LENGTH}`,
      {
        where: placeOfName(image),
        hint: `Shorten the ${variant === undefined ? "directory's name" : 'name of the directory or of the variant'} by ${longest - MAX_TAG_LENGTH} characters.`,
      },
    );
  }
  return undefined;
}

function nameTaken(image: Image, first: Image): HephyError {
  const { name } = image;
  const both = first.variant === undefined && image.variant === undefined;
  return new HephyError(
    'IMAGE_NAME_TAKEN',
    `two ${both ? 'image directories' : 'images'} are named \`${name}\`: ${whichIs(first)} and ${whichIs(image)} (see ${formatLocation(placeOfName(first))})`,
    {
      where: placeOfName(image),
      hint: `Rename one of ${both ? 'the directories' : 'them'}: all images share one repository, and tags begin with the name.`,
    },
  );
}

function whichIs({ root, variant }: Image): string {
  return variant === undefined ? root : `the variant \`${variant}\` of ${root}`;
}

/** The file, and of a variant where its name stands. */
function placeOfName({ variant, config, configFile }: Image): Location {
  return variant === undefined ? { file: configFile } : placeOfVariant(config, configFile);
}

function checkTag(
  image: Image,
  index: number,
  tag: string,
  owner: Image | undefined,
  named: ReadonlyMap<string, Image>,
): HephyError | undefined {
  const where = (): Location => placeOfTag(image.config, index, image.configFile);
  if (owner !== undefined) {
    return new HephyError(
      'TAG_COLLISION',
      `the tag ${quoted(tag)} is claimed by ${image.configFile} and by ${placeOfOwner(owner, tag)}`,
      {
        where: where(),
        hint: 'Change the tag of one of them, or its name: the tags of all images are in one repository.',
      },
    );
  }
  for (const { index: end } of HAS_VERSION.test(tag) ? tag.matchAll(VERSION) : []) {
    const other = named.get(tag.slice(0, end));
    if (other === undefined) continue;
    const whose = other === image ? 'this image' : `the image \`${other.name}\` (${other.configFile})`;
    return new HephyError('TAG_COLLISION', `the tag ${quoted(tag)} has the form of a version tag of ${whose}`, {
      where: where(),
      hint: 'Choose a tag without a date and a commit: hephy writes those by itself.',
    });
  }
  const longest = LONGEST_PREFIX + tag.length;
  if (longest > MAX_TAG_LENGTH) {
    return new HephyError(
      'TAG_TOO_LONG',
      `the tag ${quoted(tag)} could have ${longest} characters in a merge request, more than ${MAX_TAG_LENGTH}`,
      {
        where: where(),
        hint: `Shorten it by ${longest - MAX_TAG_LENGTH} characters.`,
      },
    );
  }
  return undefined;
}

/** `file:line:column` of the tag that was there first. */
function placeOfOwner(owner: Image, tag: string): string {
  const index = owner.config.additionalTags.findIndex(({ name }) => `${owner.name}-${name}` === tag);
  return formatLocation(placeOfTag(owner.config, index, owner.configFile));
}

import { isTag } from '../oci/reference';

/** What follows the image's name in a version tag: `-{YYYYMMDD}-{sha7}`, then what a changed tree and a name that is taken add. */
const FORM = String.raw`-\d{8}-[0-9a-f]{7}(?:-dirty-[0-9a-f]{6})?(?:-\d{1,2})?$`;
const SUFFIX = new RegExp(`^${FORM}`);
const END = new RegExp(FORM);

/** Whether it has the form of a version tag of the image: `web-20261120-1a2b3c4` of `web`, and not of `web-20261120`. */
export function isVersionOf(image: string, tag: string): boolean {
  return tag.startsWith(image) && SUFFIX.test(tag.slice(image.length));
}

/** Whether it has the form of a version tag of some image. */
export function isVersion(tag: string): boolean {
  return imageOfVersion(tag) !== undefined;
}

/** The image that it is a version of by its form; undefined: it has another. */
export function imageOfVersion(tag: string): string | undefined {
  const name = isTag(tag) ? tag.slice(0, Math.max(0, tag.search(END))) : '';
  return name === '' ? undefined : name;
}

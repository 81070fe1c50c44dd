import { imageOfVersion } from '../config/version-form';

/** Of a scope, or hephy's own: DESIGN, "Tags, and who may write them". No image's name begins so. */
const OWN = /^(?:in|push|last|mr\d+)-/;
const LAST = 'last-';

/** The image whose version a tag is by its form, `{image}-{YYYYMMDD}-{sha7}` and what follows it; undefined for tags of other classes, those of platforms included. */
export function imageOfVersionTag(tag: string): string | undefined {
  return OWN.test(tag) ? undefined : imageOfVersion(tag);
}

/** The image of `last-{image}`. */
export function imageOfLastTag(tag: string): string | undefined {
  return tag.startsWith(LAST) && tag.length > LAST.length ? tag.slice(LAST.length) : undefined;
}

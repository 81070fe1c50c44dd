/** Of a scope, or hephy's own: DESIGN, "Tags, and who may write them". No image's name begins so. */
const OWN = /^(?:in|push|last|mr\d+)-/;
const VERSION = /^(.+)-\d{8}-[0-9a-f]{7}(?:-dirty-[0-9a-f]{6})?(?:-[1-9]\d?)?$/;
const LAST = 'last-';

/** The image whose version a tag is by its form, `{image}-{YYYYMMDD}-{sha7}` and what follows it; undefined for tags of other classes, those of platforms included. */
export function imageOfVersionTag(tag: string): string | undefined {
  return OWN.test(tag) ? undefined : VERSION.exec(tag)?.[1];
}

/** The image of `last-{image}`. */
export function imageOfLastTag(tag: string): string | undefined {
  return tag.startsWith(LAST) && tag.length > LAST.length ? tag.slice(LAST.length) : undefined;
}

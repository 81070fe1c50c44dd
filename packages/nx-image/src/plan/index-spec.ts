import type { Digest } from '../oci/digest';
import { normalPlatform, type Platform } from '../oci/platform';
import { formatRepository, type Repository } from '../oci/reference';

/** An image index as manifest-tool is told to make it. */
export interface IndexSpec {
  readonly repository: Repository;
  /** In the order of the index; at least one. */
  readonly children: readonly { readonly digest: Digest; readonly platform: Platform }[];
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The YAML of `manifest-tool push from-spec`, https://github.com/estesp/manifest-tool#yaml-file.
 * The target has no tag: the index is pushed by its digest alone. An empty or misspelt list would be published as an empty index, without a word.
 */
export function renderIndexSpec({ repository, children, annotations }: IndexSpec): string {
  if (children.length === 0) throw new Error('an index without children');
  const name = formatRepository(repository);
  return yamlText({
    image: name,
    manifests: children.map(({ digest, platform }) => ({
      image: `${name}@${digest}`,
      platform: { ...normalPlatform(platform) },
    })),
    annotations: { ...annotations },
  });
}

/** JSON is YAML, but for what is neither printable nor escaped, and for characters beyond U+FFFF, which YAML does not escape in halves. */
function yamlText(value: unknown): string {
  let text = '';
  for (const character of JSON.stringify(value, null, 2)) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x7f) text += character;
    else text += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  }
  // Half a character is none in UTF-8 either.
  return `${text.replace(/\\ud[89a-f][0-9a-f]{2}/g, '\\ufffd')}\n`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

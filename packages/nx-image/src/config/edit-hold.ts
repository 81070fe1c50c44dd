import type { BuildConfig } from './build-config';
import { HephyErrors } from '../errors/hephy-error';
import { loadBuildConfig } from './load-build-config';
import { isVersionOf } from './version-form';
import { yamlPackage } from './yaml-package';

const KEY = 'hold';

/**
 * The text of a config with the version held for the image; all else of it, comments and ends of lines too, stays as it is. undefined: it is written in a way that
 * is not edited, as a `hold` behind an anchor.
 */
export function withHold(text: string, image: string, version: string): string | undefined {
  const before = tryLoad(text);
  if (before === undefined) return undefined;
  const others = (before.hold ?? []).filter((one) => !isVersionOf(image, one));
  if (before.hold?.includes(version) === true) return text;
  const wanted = [...others, version];
  const value = wanted.length === 1 ? version : `[${wanted.join(', ')}]`;
  return candidates(text, value).find((edited) => {
    const after = tryLoad(edited);
    if (after === undefined) return false;
    return after.hold?.join() === wanted.join() && withoutHold(after) === withoutHold(before);
  });
}

/** In the place of what is held, or else a line at the end, before the end of the document, or inside the braces. What each comes to is looked at by the caller. */
function candidates(text: string, value: string): readonly string[] {
  const held = rangeOfHold(text);
  if (held !== undefined) {
    // With nothing behind `hold:` the value needs a space of its own.
    const space = text[held.from - 1] === ':' ? ' ' : '';
    return [text.slice(0, held.from) + space + value + text.slice(held.to)];
  }
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const line = `${KEY}: ${value}${newline}`;
  const insertAt = (at: number, inserted: string): string => text.slice(0, at) + inserted + text.slice(at);
  const end = text === '' || text === '\ufeff' || text.endsWith('\n') ? line : newline + line;
  const marker = /^\.\.\.(?=\s|$)/m.exec(text)?.index;
  const brace = text.lastIndexOf('}');
  return [
    text + end,
    ...(marker === undefined ? [] : [insertAt(marker, line)]),
    ...(brace < 0 ? [] : [insertAt(brace, `, ${KEY}: ${value} `), insertAt(brace, ` ${KEY}: ${value} `)]),
  ];
}

/** Where the value of `hold` stands, without what follows it. */
function rangeOfHold(text: string): { readonly from: number; readonly to: number } | undefined {
  const { isMap, isScalar, isNode, parseDocument } = yamlPackage();
  const { contents } = parseDocument(text, { schema: 'failsafe', logLevel: 'silent' });
  if (!isMap(contents)) return undefined;
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === KEY);
  const range = isNode(pair?.value) ? pair.value.range : undefined;
  // That of a list on lines of its own has the end of its last line, too.
  return range == null
    ? undefined
    : { from: range[0], to: Math.max(range[0], text.slice(0, range[1]).trimEnd().length) };
}

function withoutHold(config: BuildConfig): string {
  return JSON.stringify({
    ...config,
    hold: undefined,
    variants: config.variants?.map((one) => ({ ...one, config: { ...one.config, hold: undefined } })),
  });
}

function tryLoad(text: string): BuildConfig | undefined {
  try {
    return loadBuildConfig(text, '');
  } catch (error) {
    if (error instanceof HephyErrors) return undefined;
    throw error;
  }
}

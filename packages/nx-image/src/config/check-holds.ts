import { HephyError } from '../errors/hephy-error';
import type { Image } from './build-config';
import { placeOfHold } from './config-source';
import { quoted } from './quoted';
import { isVersionOf } from './version-form';

/** Each version that a config holds is one of an image of its directory, and of each there is one. */
export function checkHolds(images: readonly Image[]): readonly HephyError[] {
  return images
    .filter(({ variant, config }) => variant === undefined && config.hold !== undefined)
    .flatMap((image) =>
      checkHold(
        image,
        images.filter(({ root }) => root === image.root).map(({ name }) => name),
      ),
    );
}

function checkHold({ config, configFile }: Image, names: readonly string[]): readonly HephyError[] {
  const held = new Map<string, string>();
  return (config.hold ?? []).flatMap((version) => {
    const name = names.find((one) => isVersionOf(one, version));
    const first = held.get(name ?? '');
    if (name !== undefined) held.set(name, version);
    if (name !== undefined && first === undefined) return [];
    const what =
      name === undefined
        ? `${quoted(version)} is no version of ${names.map((one) => `\`${one}\``).join(' or ')}`
        : `two versions of \`${name}\` are held: ${quoted(first ?? '')} and ${quoted(version)}`;
    return [
      new HephyError('CONFIG_INVALID', what, {
        where: placeOfHold(config, version, configFile),
        hint:
          name === undefined
            ? `Hold one that begins with \`${names[0] ?? ''}-\` and its date, or remove the line.`
            : 'Keep one of them.',
      }),
    ];
  });
}

import { parseArgs } from 'node:util';
import { readingText, whereUsedText } from '../report/where-used-text';
import { whereUsed } from '../run/incidents/where-used';
import { UsageError, type Command } from './command';
import { withImages } from './open-images';
import { progressOn } from './progress';

/** Which published versions stand on a base, a digest or an image of this repository. Exit code 0 also where none does. */
export const whereUsedCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, current: { type: 'boolean' } },
  });
  const [asked, ...more] = positionals;
  if (asked === undefined || more.length > 0) {
    throw new UsageError('it takes one base (alpine:3.22), digest (sha256:…) or image of this repository');
  }
  const found = await withImages({}, ({ context, images }) =>
    whereUsed(context, images, asked, {
      current: values.current === true,
      onProgress: progressOn(terminal, readingText),
    }),
  );
  terminal.write(
    values.json === true
      ? `${JSON.stringify(found, null, 2)}\n`
      : `${whereUsedText(found, { color: terminal.color })}\n`,
  );
  return 0;
};

import { parseArgs } from 'node:util';
import { explainText } from '../report/explain-text';
import { isExplained } from '../report/explanation';
import { explainImages } from '../run/explain-images';
import { chooseImages } from './choose-images';
import type { Command } from './command';
import { withImages } from './open-images';

/** What a run would do for images, and why. Exit code 1 where that could not be found out for one of them. */
export const explainCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  });
  const explained = await withImages({}, ({ context, images }) =>
    explainImages(
      context,
      chooseImages(images, positionals, ({ name, project, root }) => [name, project, root]),
    ),
  );
  terminal.write(
    values.json === true
      ? `${JSON.stringify({ version: 1, images: explained }, null, 2)}\n`
      : `${explainText(explained, { color: terminal.color })}\n`,
  );
  return explained.every(isExplained) ? 0 : 1;
};

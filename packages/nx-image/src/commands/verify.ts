import { parseArgs } from 'node:util';
import { verificationText, verifyExitCode, verifyingText } from '../report/verification-text';
import { verifyImages } from '../run/incidents/verify-images';
import { chooseImages } from './choose-images';
import type { Command } from './command';
import { withImages } from './open-images';
import { progressOn } from './progress';

/** Whether what is published of the images named, or of all, is there and right. Exit codes: see `verifyExitCode`. */
export const verifyCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, deep: { type: 'boolean' } },
  });
  const found = await withImages({}, ({ context, images }) =>
    verifyImages(
      context,
      chooseImages(images, positionals, ({ name, project, root }) => [name, project, root]),
      { deep: values.deep === true, onProgress: progressOn(terminal, verifyingText) },
    ),
  );
  terminal.write(
    values.json === true
      ? `${JSON.stringify(found, null, 2)}\n`
      : `${verificationText(found, { color: terminal.color })}\n`,
  );
  return verifyExitCode(found);
};

import { parseArgs } from 'node:util';
import { imageProjects } from '../inference/image-projects';
import { rollbackText } from '../report/rollback-text';
import { rollBack } from '../run/rollback/roll-back';
import { chooseImages } from './choose-images';
import { UsageError, type Command } from './command';
import { withImages } from './open-images';

/** Puts the moving tags of an image back to an older version, and holds them there. */
export const rollbackCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, 'dry-run': { type: 'boolean', default: false } },
  });
  const [name, version, ...more] = positionals;
  if (name === undefined || version === undefined || more.length > 0) {
    throw new UsageError('it takes one image and one version tag of it');
  }
  const done = await withImages({}, async ({ context, images, graph }) => {
    const [image] = chooseImages(images, [name], (one) => [one.name, ...(one.variant === undefined ? [one.root] : [])]);
    if (image === undefined) throw new Error(`${name} was chosen, and is not there`);
    return rollBack(context, { image, version, dryRun: values['dry-run'], images, projects: imageProjects(graph) });
  });
  terminal.write(values.json ? `${JSON.stringify(done, null, 2)}\n` : `${rollbackText(done, terminal)}\n`);
  return 0;
};

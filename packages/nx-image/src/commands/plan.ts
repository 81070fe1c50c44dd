import { parseArgs } from 'node:util';
import { planText } from '../report/plan-text';
import type { Command } from './command';
import { planImages } from './plan-images';

/** What would run, without running anything. */
export const planCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  });
  const plans = await planImages(positionals);
  terminal.write(
    values.json === true ? `${JSON.stringify(plans, null, 2)}\n` : `${planText(plans, { color: terminal.color })}\n`,
  );
  return 0;
};

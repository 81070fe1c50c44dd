import { parseArgs } from 'node:util';
import type { Command } from './command';
import { planImages } from './plan-images';
import { planJson, planText } from '../report/plan-text';

/** What would run, without running anything: no network, nothing written. */
export const planCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { json: { type: 'boolean' } } });
  const plans = await planImages(positionals);
  terminal.write(values.json === true ? planJson(plans) : planText(plans, { width: terminal.width, color: terminal.color }));
  return 0;
};

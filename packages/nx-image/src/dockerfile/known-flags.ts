import { nearest } from '../config/nearest';
import type { Instruction } from './instruction';
import type { Problem } from './read-from';

/** The flags of https://docs.docker.com/reference/dockerfile/; FROM's are read where FROM is. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  RUN: ['mount', 'network', 'security', 'device'],
  COPY: ['from', 'chown', 'chmod', 'link', 'parents', 'exclude'],
  ADD: ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum', 'unpack', 'exclude'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
};

/** A flag that no builder knows. */
export function findFlagProblem(instruction: Instruction): Problem | undefined {
  const known = FLAGS[instruction.keyword];
  if (known === undefined) return undefined;
  for (const { text } of instruction.flags) {
    const name = flagName(text);
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    return {
      message: `${instruction.keyword} has no flag --${name.slice(0, 40)}`,
      hint: meant === undefined ? `It takes ${known.map((one) => `--${one}`).join(', ')}.` : `Write --${meant}.`,
    };
  }
  return undefined;
}

/** `link` of `--link` and of `--link=false`. */
export function flagName(text: string): string {
  return text.slice(2).split('=', 1)[0] ?? '';
}

/** Of `--link`, `true`. */
export function flagValue(text: string): string {
  const equals = text.indexOf('=');
  return equals < 0 ? 'true' : text.slice(equals + 1);
}

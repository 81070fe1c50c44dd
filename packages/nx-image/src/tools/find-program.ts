import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import type { Tool, ToolSearch } from './tool';

export interface Program {
  /** For messages: `Kaniko`. */
  readonly name: string;
  /** The environment variable that names it: `HEPHY_KANIKO`. */
  readonly variable: string;
}

/**
 * The one that was named by hand: by the option, else by the variable.
 * @throws HephyError TOOL_MISSING where it is no program: a wrong name must not end in another one's being taken
 */
export async function findNamed(program: Program, search: ToolSearch): Promise<Tool | undefined> {
  const { option } = search;
  if (option !== undefined && option !== '') return requireProgram(program, option, 'option');
  const value = search.env[program.variable];
  return value === undefined || value === '' ? undefined : requireProgram(program, value, program.variable);
}

async function requireProgram(program: Program, written: string, found: string): Promise<Tool> {
  const path = resolve(written);
  if (await isProgram(path)) return { name: program.name, path, found };
  const by = found === 'option' ? 'an option' : found;
  throw new HephyError('TOOL_MISSING', `${program.name} is not at ${path}, where ${by} says it is`, {
    hint: 'Name a file that may be executed, or leave it unnamed: then PATH is searched.',
  });
}

/** The program that PATH finds; relative entries of PATH are not for us. */
export async function findOnPath(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    const path = join(directory, name);
    if (isAbsolute(directory) && (await isProgram(path))) return path;
  }
  return undefined;
}

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

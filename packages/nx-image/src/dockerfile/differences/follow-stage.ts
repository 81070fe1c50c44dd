import type { Instruction } from '../instruction';
import { splitArg } from '../split-arg';
import { argumentText, type BuildView, type StageView } from './difference';
import { enterDirectory } from './volume-writes';
import { expandKnown, type Variables } from './words-in-path';

/** An instruction, and what it is carried out with as far as the file says it. */
export interface Step {
  readonly instruction: Instruction;
  /** undefined: only the base or the build knows. */
  readonly directory: string | undefined;
  /** Set before it by ARG, and by ENV of the stages that its own is FROM, too. */
  readonly variables: Variables;
}

/** The stage's own instructions. */
export function followStage(stage: StageView, view: BuildView): readonly Step[] {
  const steps: Step[] = [];
  walk(stage, view, (step) => steps.push(step));
  return steps;
}

interface End {
  readonly directory: string | undefined;
  readonly env: Variables;
}

function walk({ parent, instructions }: StageView, view: BuildView, see: (step: Step) => void): End {
  const start: End =
    parent === undefined ? { directory: undefined, env: new Map() } : walk(parent, view, () => undefined);
  const env = new Map(start.env);
  const args = new Map<string, string>();
  let { directory } = start;
  for (const instruction of instructions) {
    const variables = new Map([...args, ...env]);
    const declares = declaredBy(instruction, variables, view);
    see({ instruction, directory, variables });
    if (instruction.keyword === 'WORKDIR')
      directory = enterDirectory(directory, expandKnown(argumentText(instruction).trim(), variables));
    for (const [name, value] of declares) (instruction.keyword === 'ENV' ? env : args).set(name, value);
  }
  return { directory, env };
}

function declaredBy(instruction: Instruction, variables: Variables, view: BuildView): Variables {
  const text = argumentText(instruction);
  const unquoted = (value: string): string => expandKnown(value.replace(/["']/g, ''), variables);
  const declared = splitArg(text, view.escape);
  if (instruction.keyword === 'ENV') {
    // `ENV NAME any text`
    const [, name, rest] = (declared[0]?.value === undefined ? /^(\S+)\s+(.*)$/s.exec(text) : undefined) ?? [];
    if (name !== undefined && rest !== undefined) return new Map([[name, unquoted(rest)]]);
    return new Map(declared.map(({ name, value = '' }) => [name, unquoted(value)]));
  }
  if (instruction.keyword !== 'ARG') return new Map();
  return new Map(
    declared.flatMap(({ name, value }) => {
      const given = view.args.get(name) ?? (value === undefined ? globalDefault(name, view) : unquoted(value));
      return given === undefined ? [] : [[name, given] as const];
    }),
  );
}

/** Of an ARG before the first FROM, which one without a default takes. */
function globalDefault(name: string, { instructions, escape }: BuildView): string | undefined {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  return instructions
    .slice(0, Math.max(0, first))
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap((one) => splitArg(argumentText(one), escape))
    .findLast((one) => one.name === name && one.value !== undefined)
    ?.value?.replace(/["']/g, '');
}

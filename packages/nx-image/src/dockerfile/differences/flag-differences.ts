import type { BuilderName } from '../../config/build-config';
import type { Flag, Instruction } from '../instruction';
import { flagName, flagValue } from '../known-flags';
import { isVerified, note, offsetOf, refusal, titleOf, type BuildView, type Difference } from './difference';

interface Rule {
  /** `INSTRUCTION flag`. */
  readonly flags: readonly string[];
  /** All builders unless it is one's alone. */
  readonly builder?: BuilderName;
  readonly kind?: 'note';
  /** Whether a value of the flag is meant; every value unless it says so. */
  readonly applies?: (value: string) => boolean;
  /** What the builder does, behind its name. */
  readonly does: (flag: string) => string;
  readonly hint: string;
}

const isOn = (value: string): boolean => value !== 'false';

const RULES: readonly Rule[] = [
  {
    flags: ['COPY parents'],
    builder: 'kaniko',
    applies: isOn,
    does: () => 'ignores COPY --parents: the files come without their directories',
    hint: 'Write a COPY for each directory.',
  },
  {
    flags: ['COPY parents'],
    builder: 'buildah',
    does: () => 'before 1.39 does not know COPY --parents',
    hint: 'Write a COPY for each directory.',
  },
  {
    flags: ['COPY exclude', 'ADD exclude'],
    does: (flag) => `ignores ${flag}, or does not know it: everything is copied`,
    hint: 'Name it in .dockerignore, or copy what is wanted by name.',
  },
  {
    flags: ['ADD keep-git-dir', 'ADD unpack'],
    does: (flag) => `ignores ${flag}, or does not know it`,
    hint: 'Do it in a RUN, or bring what is wanted into the context.',
  },
  {
    flags: ['RUN network'],
    applies: (value) => value !== 'default' && value !== 'host',
    does: (flag) => `runs it with the network of the machine, whatever ${flag} says`,
    hint: 'Take the flag out; what a RUN may not download cannot be held here.',
  },
  {
    flags: ['RUN security'],
    applies: (value) => value !== 'sandbox',
    does: (flag) => `runs it without the rights that ${flag} asks for`,
    hint: 'Take the flag out, and do what needs more rights where the image runs.',
  },
  {
    flags: ['RUN device'],
    does: (flag) => `runs it without the device of ${flag}`,
    hint: 'Take the flag out, and use the device where the image runs.',
  },
  {
    flags: ['HEALTHCHECK start-interval'],
    does: (flag) => `leaves ${flag} out of the image, or does not know it`,
    hint: 'Take it out; --interval and --start-period are kept.',
  },
  {
    flags: ['COPY chmod', 'ADD chmod'],
    builder: 'buildah',
    applies: (value) => !/^[0-7]+$|\$/.test(value),
    does: (flag) => `before 1.33 reads no mode but a number: ${flag}`,
    hint: 'Write it as an octal number, such as --chmod=755.',
  },
  {
    flags: ['COPY chmod', 'ADD chmod'],
    builder: 'buildah',
    kind: 'note',
    applies: (value) => /^[0-7]+$|\$/.test(value) && !/^0?755$/.test(value),
    does: (flag) =>
      `gives ${flag} to what is copied and 0755 to the directories that it makes for it, where Docker gives them that mode too`,
    hint: 'Where the directories matter, chmod them in a RUN.',
  },
  {
    flags: ['COPY chown', 'ADD chown'],
    builder: 'kaniko',
    kind: 'note',
    applies: (value) => /^[^:$0-9][^:$]*$/.test(value),
    does: (flag) =>
      `takes the user’s number for the group’s as well where ${flag} names no group; Docker takes the user’s own group`,
    hint: 'Name the group too: --chown=<user>:<group>.',
  },
];

const RULED = new Set(RULES.flatMap(({ flags }) => flags));

/** Flags that the builder ignores or knows nothing of. */
export function findFlagDifferences(view: BuildView): Difference[] {
  return view.stages.flatMap(({ instructions }) =>
    instructions.flatMap((instruction) =>
      isVerified(instruction) ? [] : instruction.flags.flatMap((flag) => differencesOf(view, instruction, flag)),
    ),
  );
}

function differencesOf(view: BuildView, instruction: Instruction, flag: Flag): Difference[] {
  const name = `${instruction.keyword} ${flagName(flag.text)}`;
  if (!RULED.has(name)) return [];
  const value = flagValue(flag.text);
  const rules = RULES.filter(
    ({ flags, builder, applies }) =>
      flags.includes(name) && (builder === undefined || builder === view.builder) && applies?.(value) !== false,
  );
  return rules.map(({ kind, does, hint }) =>
    (kind === 'note' ? note : refusal)(
      offsetOf(instruction, flag.range),
      `${titleOf(view)} ${does(flag.text.slice(0, 80))}`,
      hint,
    ),
  );
}

import type { BuildPhase, Progress } from '../builder';
import { plainLine } from '../plain-line';

const LOG = /^INFO\[\d+\](?: \S+T\S+)? (.*)$/;
const INSTRUCTION =
  /^(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\b/;
const PHASES: readonly [RegExp, (found: string) => string][] = [
  [/^Retrieving image (\S+) from /, (reference) => `pulling ${reference}`],
  [/^Unpacking rootfs /, () => 'unpacking the base'],
  [/^Pushing image to (\S+)/, (reference) => `pushing ${reference}`],
];

/** What stands in a line of Kaniko's log behind level and seconds; undefined for any other output. */
export function logText(line: string): string | undefined {
  return LOG.exec(plainLine(line))?.[1];
}

/** The instruction as Kaniko logs it when it starts it; undefined for other lines. */
export function loggedInstruction(line: string): string | undefined {
  const text = logText(line);
  return text !== undefined && INSTRUCTION.test(text) ? text : undefined;
}

export function readKanikoProgress(line: string): Progress | undefined {
  const text = logText(line);
  if (text === undefined) return undefined;
  if (INSTRUCTION.test(text)) return { what: text };
  for (const [pattern, say] of PHASES) {
    const found = pattern.exec(text);
    if (found !== null) return { what: say(found[1] ?? '') };
  }
  return undefined;
}

const PULL = /^(?:Retrieving image \S+ from |Unpacking rootfs )/;
const BUILD = /^(?:Built cross stage deps|Building stage |Initializing snapshotter|Taking snapshot |Cmd: )/;

/** Layers of a base come while they are unpacked. */
export function readKanikoPhase(line: string): BuildPhase | undefined {
  const text = logText(line) ?? '';
  if (PULL.test(text)) return 'pull';
  if (INSTRUCTION.test(text) || BUILD.test(text)) return 'build';
  return text.startsWith('Pushing image to ') ? 'push' : undefined;
}

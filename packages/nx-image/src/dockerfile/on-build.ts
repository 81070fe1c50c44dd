import { splitArg } from './split-arg';

/** Names of the args that the ONBUILD instructions of a base declare: they have values in the stage that is FROM it. */
export function declaredOnBuild(instructions: readonly string[]): readonly string[] {
  return instructions.flatMap((instruction) => {
    const text = /^\s*ARG\s+(.*)$/is.exec(instruction)?.[1];
    return text === undefined ? [] : splitArg(text, '\\').map(({ name }) => name);
  });
}

/** Images that the ONBUILD instructions of a base name: `COPY --from=alpine:3 /a /b` → alpine:3. A number is a stage of the Dockerfile that is built. */
export function imagesOnBuild(instructions: readonly string[]): readonly string[] {
  return instructions.flatMap((instruction) => {
    const name = /^\s*(?:COPY|ADD)\b.*?\s--from=(\S+)/is.exec(instruction)?.[1];
    const mounted = /^\s*RUN\b/i.test(instruction)
      ? [...instruction.matchAll(/\s--mount=(?:[^\s,]*,)*from=([^\s,]+)/g)].map((match) => match[1] ?? '')
      : [];
    return [...(name === undefined ? [] : [name]), ...mounted].filter((one) => !/^\d+$/.test(one));
  });
}

import { parsePlatform } from '../src/oci/platform';
import type { Dockerfile, ReadOptions } from '../src/dockerfile/dockerfile';
import { readDockerfile } from '../src/dockerfile/read-dockerfile';

/** A Dockerfile as an image of these tests has it. */
export const REGISTRY = 'registry.example/team/images';

export interface Given {
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: string | null;
  readonly builder?: ReadOptions['builder'];
}

export function readGiven(
  text: string,
  { args, target, platform = 'linux/arm64', builder = 'kaniko' }: Given = {},
): Dockerfile {
  const parsed = platform === null ? undefined : parsePlatform(platform);
  return readDockerfile(text, {
    path: 'projects/x/Dockerfile',
    args: new Map(Object.entries({ ECR_REGISTRY: REGISTRY, ...args })),
    ...(target === undefined ? {} : { target }),
    ...(parsed === undefined ? {} : { platform: parsed }),
    builder,
  });
}

/** Lines of a file. */
export const L = (...lines: string[]): string => `${lines.join('\n')}\n`;

import type { ProjectGraph } from '@nx/devkit';
import type { ImageTargets } from '../ci/github/image-targets';
import type { Image } from '../config/build-config';
import { variantTarget } from '../config/variant';
import { archName, formatPlatform, parsePlatform } from '../oci/platform';
import { KANIKO_EXECUTOR, MANIFEST_TOOL_EXECUTOR } from './image-project';

interface TargetOptions {
  readonly step?: string;
  readonly platform?: string;
  readonly variant?: string;
}

/** What nx's graph calls the targets of an image: by what they do, as nx.json and project.json may give them other names. */
export function imageTargets(
  { variant }: Pick<Image, 'variant'>,
  project: string,
  nodes: ProjectGraph['nodes'],
): ImageTargets {
  const targets = Object.entries(nodes[project]?.data.targets ?? {}).map(([name, { executor, options }]) => ({
    ...{ name, executor },
    options: (options ?? {}) as TargetOptions,
  }));
  const own = targets.filter(({ options }) => options.variant === variant);
  const isFor = (text: string, platform: string): boolean => {
    const parsed = parsePlatform(text);
    return parsed !== undefined && formatPlatform(parsed) === platform;
  };
  return {
    project,
    build: (platform) =>
      own.find(
        ({ executor, options }) =>
          executor === KANIKO_EXECUTOR &&
          options.step === 'build' &&
          isFor(options.platform ?? '', formatPlatform(platform)),
      )?.name ?? variantTarget(`build-${archName(platform)}`, variant),
    manifest:
      own.find(({ executor }) => executor === MANIFEST_TOOL_EXECUTOR)?.name ?? variantTarget('manifest', variant),
  };
}

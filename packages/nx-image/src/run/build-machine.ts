import { arch } from 'node:os';
import { parsePlatform, type Platform } from '../oci/platform';

const GO_NAMES: Readonly<Partial<Record<string, string>>> = { x64: 'amd64', ia32: '386' };

/** The platform that builders run on: `--platform=$BUILDPLATFORM`. On every host the builders are Linux programs. */
export function buildMachinePlatform(): Platform {
  const name = arch();
  const platform = parsePlatform(`linux/${GO_NAMES[name] ?? name}`);
  if (platform === undefined) throw new Error(`no platform for the architecture ${name}`);
  return platform;
}

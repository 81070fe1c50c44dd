/** https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** What Go, and with it every builder, knows as GOARCH for linux; with the variants that OCI names. */
const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  '386': [],
  amd64: ['v1', 'v2', 'v3', 'v4'],
  arm: ['v5', 'v6', 'v7'],
  arm64: ['v8'],
  loong64: [],
  mips64le: [],
  ppc64le: [],
  riscv64: [],
  s390x: [],
};

/** The variant that says nothing: `linux/arm64/v8` is `linux/arm64`, and indexes without a variant match only the latter. */
const DEFAULT_VARIANT: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8' };

export const KNOWN_PLATFORMS: readonly string[] = Object.entries(ARCHITECTURES).flatMap(([architecture, variants]) => [
  `linux/${architecture}`,
  ...variants
    .filter((variant) => DEFAULT_VARIANT[architecture] !== variant)
    .map((variant) => `linux/${architecture}/${variant}`),
]);

/** `linux/arm64/v8` → `{os: linux, architecture: arm64}`; undefined for what no builder of ours can build. */
export function parsePlatform(text: string): Platform | undefined {
  const [os, architecture, variant, ...rest] = text.split('/');
  if (os !== 'linux' || architecture === undefined || rest.length > 0) return undefined;
  const variants = Object.hasOwn(ARCHITECTURES, architecture) ? ARCHITECTURES[architecture] : undefined;
  if (variants === undefined) return undefined;
  if (variant === undefined) return { os, architecture };
  if (!variants.includes(variant)) return undefined;
  return normalPlatform({ os, architecture, variant });
}

/** Without a variant that is the architecture's default. */
export function normalPlatform(platform: Platform): Platform {
  const { os, architecture, variant } = platform;
  if (variant === undefined || variant === '' || DEFAULT_VARIANT[architecture] === variant) return { os, architecture };
  return { os, architecture, variant };
}

export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalPlatform(platform);
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

export function samePlatform(a: Platform, b: Platform): boolean {
  return formatPlatform(a) === formatPlatform(b);
}

/** What stands in target names and tags: `arm64`, `arm-v7`. */
export function archName(platform: Platform): string {
  return formatPlatform(platform)
    .slice(platform.os.length + 1)
    .replaceAll('/', '-');
}

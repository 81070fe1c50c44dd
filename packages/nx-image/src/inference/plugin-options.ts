/** What nx.json may call the plugin. */
export const PLUGIN_NAMES: readonly string[] = ['@hephy/nx-image', '@hephy/nx-image/plugin'];

/** Options of the plugin in nx.json. */
export interface HephyPluginOptions {
  /** The repository that holds all images, `registry/path`. ECR_REGISTRY goes before it. */
  readonly registry?: string;
  /** `host[:port][/prefix]` that answers for docker.io. */
  readonly dockerHubMirror?: string;
  /** Registries spoken to over plain HTTP; loopback ones are anyway. */
  readonly insecureRegistries?: readonly string[];
  /** Where Kaniko gets its root: `auto` (the default), `bubblewrap`, `docker`, `podman`, `direct`. HEPHY_RUNTIME goes before it. */
  readonly runtime?: string;
  /** The image of Kaniko that docker and podman run. HEPHY_KANIKO_IMAGE goes before it. */
  readonly kanikoImage?: string;
  /** Target names, the Nx way. `buildTargetName` is a prefix: `<it>-<arch>`. */
  readonly prepareTargetName?: string;
  readonly buildTargetName?: string;
  readonly manifestTargetName?: string;
  /** A target of the user's own that runs before `prepare`. */
  readonly contextTargetName?: string;
  /** A target of the user's own that runs between the index and its public tags; of a variant `<it>--<variant>`. */
  readonly verifyTargetName?: string;
}

export interface TargetNames {
  readonly prepare: string;
  readonly build: string;
  readonly manifest: string;
  readonly context: string;
}

export function targetNames(options: HephyPluginOptions | undefined): TargetNames {
  return {
    prepare: options?.prepareTargetName ?? 'prepare',
    build: options?.buildTargetName ?? 'build',
    manifest: options?.manifestTargetName ?? 'manifest',
    context: options?.contextTargetName ?? 'context',
  };
}

import type { Image } from '../../config/build-config';
import type { HephyError } from '../../errors/hephy-error';
import type { Repository } from '../../oci/reference';
import type { RunFacts } from '../../plan/run-facts';
import type { RunProcess } from '../../process/process';
import type { CredentialStore, RegistryClient } from '../../registry/registry';
import type { RegistryChoice } from '../../run/choose-registry';
import type { RunOptions } from '../../run/run-context';
import type { EmulationSearch } from '../../tools/emulation';

/** What checks look at. What several of them need is asked once. */
export interface Surroundings {
  readonly workspaceRoot: string;
  readonly cacheDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: RunOptions;
  /** Whether nx.json names the plugin. */
  readonly plugin: boolean;
  readonly images: readonly Image[];
  /** What kept nx from a graph, or a config from being read. */
  readonly problems: readonly Problem[];
  readonly registry: RegistryChoice | HephyError;
  /** Where images go as far as that is known: the local registry may not run yet. */
  readonly facts: RunFacts;
  /** What a run would refuse to publish with. */
  readonly publishing: HephyError | undefined;
  readonly client: RegistryClient;
  readonly credentials: CredentialStore;
  /** Rejects as the registry client does; undefined: the registry is local, or not chosen. */
  readonly reach: () => Promise<Repository | undefined>;
  readonly push: () => Promise<'allowed' | 'not known'>;
  readonly runProcess: RunProcess;
  readonly uid: number | undefined;
  /** Of the machine, by Go's name. */
  readonly architecture: string;
  readonly emulation: EmulationSearch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface Problem {
  readonly message: string;
  readonly hint?: string;
  readonly code?: string;
}

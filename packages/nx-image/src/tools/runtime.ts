import { HephyError } from '../errors/hephy-error';
import type { Engine } from './engine';
import type { Bubblewrap } from './find-bubblewrap';

/** Where a builder that needs a root of its own gets it, in the order in which `auto` looks. */
export const RUNTIMES = ['bubblewrap', 'docker', 'podman', 'direct'] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

/** The image that container engines run; pinned by a tag, never `latest`. */
export const KANIKO_IMAGE = 'ghcr.io/osscontainertools/kaniko:v1.28.3';

/** A runtime that was found, and tried out as far as that can be done without a build. */
export type ChosenRuntime =
  /** The builder's program of this machine, in a throw-away root. */
  | { readonly kind: 'bubblewrap'; readonly bubblewrap: Bubblewrap }
  /** The builder's image in a container. `image`: its id, which the engine has. */
  | { readonly kind: 'container'; readonly engine: Engine; readonly image: string }
  /** The root that this process is in, which is the builder's own image; it is used up by one build. */
  | { readonly kind: 'direct' };

/** One candidate, in one line: for `--verbose` and `hephy doctor`. */
export interface Considered {
  /** `buildah`: that it builds instead of Kaniko, which only the local registry takes. */
  readonly runtime: RuntimeName | 'buildah';
  /** undefined: not looked at, as an earlier one was taken. */
  readonly usable: boolean | undefined;
  /** What it has, or what it lacks: part of a sentence, without a full stop. */
  readonly why: string;
  /** The image that a run would pull first. */
  readonly pulls?: string;
}

export interface RuntimeWish {
  readonly runtime: RuntimeName | 'auto';
  /** What asked for it, for messages: `HEPHY_RUNTIME`, `the option runtime`; undefined: nobody. */
  readonly askedBy: string | undefined;
  readonly image: string;
}

/**
 * HEPHY_RUNTIME and HEPHY_KANIKO_IMAGE go before the options.
 * @throws HephyError OPTIONS_INVALID
 */
export function readRuntimeWish(
  env: Readonly<Record<string, string | undefined>>,
  options: { readonly runtime?: string; readonly kanikoImage?: string },
): RuntimeWish {
  const image = set(env.HEPHY_KANIKO_IMAGE) ?? set(options.kanikoImage) ?? KANIKO_IMAGE;
  if (image.startsWith('-')) throw invalid('the Kaniko image', image, 'Name an image, as registry/path:tag@digest.');
  const named = set(env.HEPHY_RUNTIME);
  const written = named ?? set(options.runtime);
  const askedBy = named === undefined ? 'the option `runtime`' : 'HEPHY_RUNTIME';
  if (written === undefined || written === 'auto') return { runtime: 'auto', askedBy: undefined, image };
  const runtime = RUNTIMES.find((name) => name === written);
  if (runtime === undefined) throw invalid(askedBy, written, `There are: auto, ${RUNTIMES.join(', ')}.`);
  return { runtime, askedBy, image };
}

function set(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function invalid(what: string, value: string, hint: string): HephyError {
  return new HephyError('OPTIONS_INVALID', `${what} is ${JSON.stringify(value)}, which is none`, { hint });
}

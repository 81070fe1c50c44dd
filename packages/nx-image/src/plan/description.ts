import { digestOf, hexOf, type Digest } from '../oci/digest';
import { canonicalJson } from './canonical-json';
import type { FileTree } from './file-tree';
import { inputKey, type PlatformInputs } from './input-key';
import type { PlannedPin } from './pin-all';

/** How many hex digits of a digest a description has: enough to tell one from another, not to name it to a registry. */
export const DESCRIBED_DIGEST_LENGTH = 16;

/** A base as it was when the image was built. */
export interface BaseDescription {
  /** In full: `docker.io/library/alpine:3.22`; for an image of the same repository `<image>-<tag>`. */
  readonly name: string;
  /** The first hex digits of what the name named: the index, where there is one. undefined: an image of the same repository. */
  readonly index?: string | undefined;
  /** The first hex digits of the child for the platform. */
  readonly child: string;
  /** The first hex digits of what it counts as in the input key, where that is not the child: of what the build platform chooses the child of. */
  readonly identity?: string | undefined;
}

/** What one platform was made of: names and hashes, no values. What a later run needs to say what differs. */
export interface PlatformDescription {
  /** The input key, whole. */
  readonly key: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string | undefined;
  /** By name. */
  readonly args: Readonly<Record<string, string>>;
  /** By name. */
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of use, each once. */
  readonly bases: readonly BaseDescription[];
  readonly builder: string;
  readonly flags: readonly string[];
  readonly epoch: string;
  /** The period that it was built in, where it must not grow old. */
  readonly period?: string | undefined;
}

/** What an index says of how it was made. */
export interface Description {
  /** By platform, in the config's order. A platform whose description did not fit has its key alone. */
  readonly platforms: Readonly<Record<string, PlatformDescription | Pick<PlatformDescription, 'key'>>>;
  /** The files of the context, which all platforms share, as far as there was room. */
  readonly files?: FileTree | undefined;
  /** `context_path`. */
  readonly contextPath?: string | undefined;
}

/** Under no name: args or labels that there was no room for, all in one hash. */
export const ALL_IN_ONE = '';

/** Whether there is more than the key. */
export function isDescribed(
  platform: PlatformDescription | Pick<PlatformDescription, 'key'> | undefined,
): platform is PlatformDescription {
  return platform !== undefined && 'context' in platform;
}

/** 8 hex of any text: for values that must not be read, and need only be told apart. */
export function hashOf(text: string): string {
  return hexOf(digestOf(text)).slice(0, 8);
}

/** Of args or labels that are hashes already. */
export function allInOne(hashes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { [ALL_IN_ONE]: hashOf(canonicalJson(hashes)) };
}

export function shortOf(digest: Digest): string {
  return hexOf(digest).slice(0, DESCRIBED_DIGEST_LENGTH);
}

/** `pins` as the inputs were planned with: none of them is a hole. */
export function describePlatform(inputs: PlatformInputs, pins: readonly PlannedPin[]): PlatformDescription {
  const hashes = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hashOf(value)]));
  return {
    key: inputKey(inputs),
    context: shortOf(inputs.context),
    dockerfile: shortOf(inputs.dockerfile),
    ...(inputs.target === undefined ? {} : { target: inputs.target }),
    args: hashes(inputs.args),
    labels: hashes(inputs.labels),
    bases: describeBases(pins),
    builder: inputs.builder,
    flags: inputs.flags.map(hashOf),
    epoch: inputs.epoch,
    ...(inputs.period === undefined ? {} : { period: inputs.period }),
  };
}

function describeBases(pins: readonly PlannedPin[]): readonly BaseDescription[] {
  const bases = new Map<string, BaseDescription>();
  for (const { use, pin } of pins) {
    if (pin.kind !== 'digest') throw new Error(`a hole in ${use.written} cannot be described`);
    const own = pin.index === undefined ? (use.own ?? use.written) : pin.reference;
    const onBuild = pin.onBuild.map((image) => ({ ...image, identity: image.digest }));
    for (const { reference, index, digest, identity } of [{ ...pin, reference: own }, ...onBuild]) {
      const base: BaseDescription = {
        name: reference,
        ...(index === undefined ? {} : { index: shortOf(index) }),
        child: shortOf(digest),
        ...(identity === digest ? {} : { identity: shortOf(identity) }),
      };
      bases.set(canonicalJson({ ...base }), base);
    }
  }
  return [...bases.values()];
}

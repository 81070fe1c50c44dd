import { digestOf, hexOf, type Digest } from '../oci/digest';
import { formatPlatform, type Platform } from '../oci/platform';
import { canonicalJson } from './canonical-json';

/** All that decides what one platform's image is; nothing that does not. */
export interface PlatformInputs {
  readonly platform: Platform;
  /** Digest of the context's listing. */
  readonly context: Digest;
  /** Of the raw Dockerfile. */
  readonly dockerfile: Digest;
  readonly target: string | undefined;
  /** Args that used stages declare, and the ONBUILD of their bases, as they are passed. */
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of use, `written@digest`: children for this platform; indexes for what runs on the build platform. */
  readonly bases: readonly string[];
  readonly builder: string;
  readonly flags: readonly string[];
  readonly epoch: string;
  /** What must not grow old: the period of time that it is built in. undefined: it may. */
  readonly period: string | undefined;
}

/** 64 hex: what stands behind `in-`. Raise `version` when a change of hephy changes what is built from the same inputs. */
export function inputKey(inputs: PlatformInputs): string {
  return hexOf(
    digestOf(
      canonicalJson({
        version: 1,
        platform: formatPlatform(inputs.platform),
        context: inputs.context,
        dockerfile: inputs.dockerfile,
        target: inputs.target,
        args: inputs.args,
        labels: inputs.labels,
        bases: inputs.bases,
        builder: inputs.builder,
        flags: inputs.flags,
        epoch: inputs.epoch,
        period: inputs.period,
      }),
    ),
  );
}

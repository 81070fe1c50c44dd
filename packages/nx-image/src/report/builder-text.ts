/** What builds, and what was looked at on the way to it. */
export interface BuilderChosen {
  readonly builder: string;
  readonly version?: string;
  /** undefined: the builder needs none. */
  readonly runtime?: string;
  /** Of the program. */
  readonly path: string;
  /** `usable: undefined`: another came before it. */
  readonly considered: readonly {
    readonly runtime: string;
    readonly usable: boolean | undefined;
    readonly why: string;
  }[];
}

/** A line for the builder, one for each runtime that was considered. */
export function builderText({ builder, version, runtime, path, considered }: BuilderChosen): string {
  const what = `builder: ${builder}${version === undefined ? '' : ` ${version}`}`;
  const lines = considered.map(
    ({ runtime: name, usable, why }) => `  ${name}: ${usable === undefined ? 'left' : usable ? 'yes' : 'no'}: ${why}`,
  );
  return [`${what}${runtime === undefined ? '' : `, runtime ${runtime}`} (${path})`, ...lines].join('\n');
}

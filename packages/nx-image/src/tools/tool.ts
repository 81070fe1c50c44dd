/** A program found on this machine. */
export interface Tool {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Where it was found: `option`, `HEPHY_KANIKO`, `PATH`, `/kaniko`. */
  readonly found: string;
}

/** Where a tool is looked for, in this order. Each that is named by hand and is not there is an error (TOOL_MISSING), not a fall-through. */
export interface ToolSearch {
  readonly option?: string;
  /** The environment of the run. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

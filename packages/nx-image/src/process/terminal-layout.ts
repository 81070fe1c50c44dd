export interface TerminalLayout {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
}

/** How text for people is to be laid out on stdout: https://no-color.org, and what nx says by FORCE_COLOR to those behind its pipes. */
export function terminalLayout(): TerminalLayout {
  const { env, stdout } = process;
  const width = stdout.columns || 120;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return { width, color: false };
  return { width, color: stdout.isTTY || (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') };
}

/** What the arguments start: of an interpreter its script. */
export function programOf([program = '', script = '']: readonly string[]): string {
  return program === process.execPath ? script : program;
}

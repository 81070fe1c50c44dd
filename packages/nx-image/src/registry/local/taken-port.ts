/** How the server tells why it ended at once: somebody else has the port. */
export function tellTaken(port: number): string {
  return `port ${port} is taken`;
}

/** Whether the line of the log is that of the server that was this process. */
export function saysTaken(line: string, pid: number, port: number): boolean {
  return line.endsWith(` ${pid} ${tellTaken(port)}`);
}

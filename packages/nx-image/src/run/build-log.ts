import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { plainLine } from '../builders/plain-line';
import { redact } from '../errors/redact';

/** What an error shows of a log, and outcomes are read from. */
const LAST_LINES = 200;

/** The whole output of a build in a file, without secrets and colours, each line as it comes; the last lines in memory. */
export class BuildLog {
  private readonly file: number;
  private readonly last: string[] = [];

  /** The file is new, its directories are made. */
  constructor(
    path: string,
    private readonly secrets: readonly string[],
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'w', 0o644);
  }

  /** Answers the line as it stands in the log. */
  write(line: string): string {
    const clean = redact(plainLine(line), this.secrets);
    writeSync(this.file, `${clean}\n`);
    this.last.push(clean);
    if (this.last.length > LAST_LINES) this.last.shift();
    return clean;
  }

  /** At most 200. */
  lines(): readonly string[] {
    return [...this.last];
  }

  close(): void {
    closeSync(this.file);
  }
}

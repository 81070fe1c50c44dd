import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gitIn } from '../../../nx-image/testing/git-repository';

/** A bare clone of a local repository below a git server's directory, its objects shared. */
export class UpstreamClone {
  private readonly directory: string;

  /** @param path as the server is asked for it, `owner/name` */
  constructor(serverDirectory: string, path: string, source: string) {
    this.directory = join(serverDirectory, `${path}.git`);
    mkdirSync(dirname(this.directory), { recursive: true });
    gitIn(serverDirectory, ['clone', '--quiet', '--bare', '--shared', source, this.directory]);
  }

  /** Moves a tag to a commit of its own in which one file is another; answers the commit. */
  edit(tag: string, file: string, change: (text: string) => string): string {
    const before = gitIn(this.directory, ['show', `${tag}:${file}`]);
    const text = change(`${before}\n`);
    if (text === `${before}\n`) throw new Error(`nothing was changed in ${file} of ${tag}`);
    const bytes = Buffer.byteLength(text);
    const stream = `commit refs/heads/stand-in\ncommitter Test <test@localhost> 1704067200 +0000\ndata 0\nfrom refs/tags/${tag}^0\nM 100644 inline ${file}\ndata ${bytes}\n${text}\n`;
    gitIn(this.directory, ['fast-import', '--quiet', '--force'], stream);
    gitIn(this.directory, ['tag', '--force', tag, 'stand-in']);
    return gitIn(this.directory, ['rev-parse', 'stand-in']);
  }
}

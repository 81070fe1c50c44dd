import { spawnSync } from 'node:child_process';

/** All that is in the directory, as a commit of its repository, which is made where there is none. Answers the commit. */
export function commit(root) {
  const git = (...words) => {
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stdout, stderr } = spawnSync('git', ['-C', root, ...identity, ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'Measure');
  return git('rev-parse', 'HEAD');
}

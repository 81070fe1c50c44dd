import { spawnSync } from 'node:child_process';

/** All that is in the directory, as the first commit of a repository. */
export function commit(root) {
  const git = (...words) => {
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stderr } = spawnSync('git', ['-C', root, ...identity, ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
  };
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'Measure');
}

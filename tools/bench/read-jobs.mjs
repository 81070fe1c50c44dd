import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(import.meta.dirname, '../../packages/nx-image/package.json'));

/** Keys of a pipeline that are no jobs: https://docs.gitlab.com/ci/yaml/#keywords */
const GLOBAL = ['workflow', 'stages', 'variables', 'default', 'include', 'spec', 'image', 'services', 'cache'];

/**
 * The jobs of a child pipeline as GitLab has them.
 * @param {string} text YAML
 */
export function readJobs(text) {
  const { parse } = require('yaml');
  const pipeline = parse(text, { version: '1.1', maxAliasCount: -1 });
  const jobs = new Map(Object.entries(pipeline).filter(([name]) => !name.startsWith('.') && !GLOBAL.includes(name)));
  const needsOf = (name) => (jobs.get(name)?.needs ?? []).map((need) => (typeof need === 'string' ? need : need.job));
  const counts = {};
  for (const name of jobs.keys()) {
    const [kind] = name.split(' ', 1);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return {
    builds: new Set([...jobs.keys()].filter((name) => name.startsWith('build '))),
    /** By the first word of their names. */
    counts,
    /** The most that one job needs: GitLab takes 50. */
    needs: Math.max(0, ...[...jobs.keys()].map((name) => needsOf(name).length)),
    /** Whether the first of them begins after the other has ended. */
    after: (name, other) => {
      const seen = new Set([name]);
      // A set that grows while it is gone through.
      for (const one of seen) for (const need of needsOf(one)) seen.add(need);
      return name !== other && seen.has(other);
    },
  };
}

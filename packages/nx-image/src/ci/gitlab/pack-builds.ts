import { gzipSync } from 'node:zlib';
import { quoteShell } from '../shell/quote';
import type { BuildJobs } from './build-jobs';
import type { GitlabJob, NamedJob } from './job';

/**
 * The jobs of an image, and before them one that they extend, with the scripts of all as one word, which `hephy_packed` reads. Platforms of an image differ by little, so that is a quarter of the size; and not
 * to be read by people.
 */
export function packBuilds({ image, jobs }: BuildJobs): readonly NamedJob[] {
  const [first] = jobs;
  if (first === undefined) return [];
  const shared = `.build-${image}`;
  const cases = jobs.map(({ name, job }) => {
    const [script, ...more] = job.script ?? [];
    if (script === undefined || more.length > 0) throw new Error('a script of one part is packed');
    if (job.extends !== first.job.extends) throw new Error(`${image} has builders of several kinds`);
    return `${quoteShell(name)})\n${script};;\n`;
  });
  const script = `case $CI_JOB_NAME in\n${cases.join('')}*) hephy_fail 'CI_JOB_NAME is not the name of this job' ;;\nesac\n`;
  const packed = `hephy_packed ${gzipSync(script, { level: 9 }).toString('base64')}\n`;
  const extended = first.job.extends === undefined ? {} : { extends: first.job.extends };
  return [
    { name: shared, job: { ...extended, script: [packed] } },
    ...jobs.map(({ name, job }) => ({ name, job: { ...withoutScript(job), extends: shared } })),
  ];
}

function withoutScript(job: GitlabJob): GitlabJob {
  return Object.fromEntries(Object.entries(job).filter(([key]) => key !== 'script'));
}

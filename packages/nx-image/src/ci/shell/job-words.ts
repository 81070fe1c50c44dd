import type { BuildPaths } from '../../builders/builder';
import { quoteShell } from './quote';

/** Where the job's directory is in the paths of a builder, until its shell says: no value has it in it. */
export interface JobDirectory {
  readonly path: string;
  /** The text as a word of the shell, with the job's directory in the place of `path`. */
  readonly word: (text: string) => string;
}

/** @param values all that may be in a text beside paths */
export function jobDirectory(values: unknown): JobDirectory {
  const text = JSON.stringify(values);
  let path = '/hephy-job';
  for (let count = 1; text.includes(path); count++) path = `/hephy-job-${count}`;
  return {
    path,
    word: (value) =>
      value
        .split(path)
        .map((part, index) => `${index === 0 ? '' : '"$hephy_job"'}${part === '' ? '' : quoteShell(part)}`)
        .join('') || "''",
  };
}

/** All of a builder's is below the job's directory, which Kaniko leaves alone because it is a mount. */
export function jobPaths(job: string, built: string): BuildPaths {
  const work = `${job}/.hephy/work`;
  return {
    context: `${job}/.hephy/context`,
    dockerfile: `${work}/build/Dockerfile`,
    ignorefile: `${work}/build/Dockerfile.dockerignore`,
    digestFile: `${job}/.hephy/built/${built}/digest`,
    authFile: `${work}/docker/config.json`,
    store: `${work}/store`,
  };
}

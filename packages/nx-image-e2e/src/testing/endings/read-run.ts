import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StepResult } from '../results';
import type { EndingStage } from './stage';

/** What `dist/` has of the last run that got so far. */
export interface LastRun {
  readonly id: string;
  readonly builds: Readonly<Record<string, StepResult>>;
  readonly manifest: StepResult | undefined;
  readonly steps: readonly StepResult[];
}

interface ImageFile {
  readonly run: string;
  readonly prepare?: StepResult;
  readonly builds: readonly (StepResult & { readonly platform: string })[];
  readonly manifest?: StepResult;
}

const DIRECTORY = 'dist/images/app';

/** Reads every result: one that cannot be read fails the test. What was being written beside it when its writer was killed is none. */
export function readRun(stage: EndingStage): LastRun | undefined {
  const { workspace } = stage;
  if (!existsSync(join(workspace.root, DIRECTORY))) return undefined;
  const names = readdirSync(join(workspace.root, DIRECTORY)).filter((name) => name.endsWith('.json'));
  const files = new Map(names.map((name) => [name, workspace.readJson(`${DIRECTORY}/${name}`)]));
  const image = files.get('result.json') as ImageFile | undefined;
  if (image === undefined) return undefined;
  const { run, prepare, builds, manifest } = image;
  return {
    id: run,
    builds: Object.fromEntries(builds.map((build) => [build.platform.replace('linux/', ''), build])),
    manifest,
    steps: [prepare, ...builds, manifest].filter((step) => step !== undefined),
  };
}

import type { Workspace } from './workspace';

/** What the tests read of `dist/images/<image>/result.json`. */
export interface ImageResult {
  readonly repository: string;
  readonly prepare?: StepResult;
  readonly builds: readonly (StepResult & {
    readonly platform: string;
    readonly digest?: string;
    readonly tags: readonly string[];
  })[];
  readonly manifest?: StepResult & { readonly digest?: string; readonly versionTag?: string };
}

export interface StepResult {
  readonly outcome: string;
  readonly reason?: string;
  readonly phases?: readonly { readonly what: string; readonly at: number; readonly seconds: number }[];
  readonly error?: StepError;
}

export interface StepError {
  readonly code: string;
  readonly message: string;
  readonly where?: string;
  readonly hint?: string;
  readonly output: readonly string[];
  readonly log?: string;
}

export function resultOf(workspace: Workspace, image: string): ImageResult {
  return workspace.readJson(`dist/images/${image}/result.json`) as ImageResult;
}

/** The first error of an image's steps. */
export function errorOf(result: ImageResult): StepError | undefined {
  return [result.prepare, ...result.builds, result.manifest].find((step) => step?.error !== undefined)?.error;
}

/** `built`, `reused`, … of each platform. */
export function outcomesOf(result: ImageResult): Readonly<Record<string, string>> {
  return Object.fromEntries(result.builds.map(({ platform, outcome }) => [platform, outcome]));
}

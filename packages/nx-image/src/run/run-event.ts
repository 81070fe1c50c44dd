import type { Progress } from '../builders/builder';
import type { BuilderChosen } from '../report/builder-text';
import type { ImageResult } from '../report/result';

type Step = NonNullable<ImageResult['prepare'] | ImageResult['builds'][number] | ImageResult['manifest']>;

/** What happens while a run goes on: data, which the report turns into lines. */
export type RunEvent =
  | { readonly kind: 'note'; readonly text: string }
  /** For those who ask for more. */
  | { readonly kind: 'chosen'; readonly chosen: BuilderChosen }
  | { readonly kind: 'building'; readonly image: string; readonly platform: string; readonly builder: string }
  | { readonly kind: 'progress'; readonly image: string; readonly platform: string; readonly progress: Progress }
  /** The user's own target for the image, and each line of it. */
  | { readonly kind: 'verifying'; readonly image: string; readonly target: string }
  | { readonly kind: 'output'; readonly image: string; readonly line: string }
  | { readonly kind: 'finished'; readonly result: Step };

export type OnRunEvent = (event: RunEvent) => void;

import type { Progress } from '../builders/builder';
import type { ImageResult } from '../report/result';

type Step = NonNullable<ImageResult['prepare'] | ImageResult['builds'][number] | ImageResult['manifest']>;

/** What happens while a run goes on: data, which the report turns into lines. */
export type RunEvent =
  | { readonly kind: 'note'; readonly text: string }
  /** What only those want to read who ask for more. */
  | { readonly kind: 'detail'; readonly text: string }
  | { readonly kind: 'building'; readonly image: string; readonly platform: string; readonly builder: string }
  | { readonly kind: 'progress'; readonly image: string; readonly platform: string; readonly progress: Progress }
  | { readonly kind: 'finished'; readonly result: Step };

export type OnRunEvent = (event: RunEvent) => void;

import { formatPlatform } from '../../oci/platform';
import type { CompletePlan } from '../plan-build';
import type { Published } from '../published';

/** Whether the version published last was made of the same inputs. */
export function isAsLast(plan: CompletePlan, last: Published | undefined): boolean {
  return last?.description?.platforms[formatPlatform(plan.platform)]?.key === plan.inputKey;
}

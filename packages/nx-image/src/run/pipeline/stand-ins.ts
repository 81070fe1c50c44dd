import type { PendingBase } from '../../ci/pipeline-plan';
import type { Image } from '../../config/build-config';
import { digestOf, type Digest } from '../../oci/digest';
import { formatPlatform, type Platform } from '../../oci/platform';
import type { PlatformPlan } from '../../plan/plan-platform';
import type { BaseResolver } from '../resolve-bases';

/** Images that a job of the pipeline will have built when those FROM them begin: until then a digest that nothing has stands for theirs. */
export class StandIns {
  private readonly known = new Map<Digest, PendingBase & { readonly onBuild: readonly string[] }>();

  /** @param onBuild that the image will have */
  add(image: Image, platform: Platform, onBuild: readonly string[]): Digest {
    const standIn = digestOf(`pending:${image.name} ${formatPlatform(platform)}`);
    this.known.set(standIn, { standIn, image: image.name, platform, onBuild });
    return standIn;
  }

  /** Those that the platform is pinned to, each once. */
  of({ pins }: Pick<PlatformPlan, 'pins'>): readonly PendingBase[] {
    const found = new Map<Digest, PendingBase>();
    for (const { pin } of pins) {
      const known = pin.kind === 'digest' ? this.known.get(pin.digest) : undefined;
      if (known === undefined) continue;
      const { standIn, image, platform } = known;
      found.set(standIn, { standIn, image, platform });
    }
    return [...found.values()];
  }

  /** No registry is asked for them. */
  within(bases: BaseResolver): BaseResolver {
    return {
      ...bases,
      resolve: (reference, platform, where) => {
        const known = this.known.get(reference.slice(reference.lastIndexOf('@') + 1) as Digest);
        if (known === undefined) return bases.resolve(reference, platform, where);
        const { standIn, onBuild } = known;
        return Promise.resolve({ reference, digest: standIn, child: standIn, layers: [], onBuild });
      },
    };
  }
}

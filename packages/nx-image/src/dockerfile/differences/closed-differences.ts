import { offsetOf, refusal, titleOf, type BuildView, type Difference } from './difference';
import { findDirectories, mayWriteTo } from './volume-writes';

/** What the builder would leave out of the image: it takes mounts for no part of it. */
export function findClosedDifferences(view: BuildView): Difference[] {
  return view.closed.flatMap((path) =>
    view.stages.flatMap((stage) => {
      const directories = findDirectories(stage);
      return stage.instructions.flatMap((instruction, index) =>
        mayWriteTo(instruction, path, directories[index])
          ? [
              refusal(
                offsetOf(instruction),
                `${titleOf(view)} leaves out of the image what is written to ${path}, where the job that builds has a mount`,
                'Write elsewhere; or take build_backend: buildah for this image, or an image of Kaniko in which it is no volume.',
              ),
            ]
          : [],
      );
    }),
  );
}

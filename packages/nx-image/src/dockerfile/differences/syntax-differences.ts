import { argumentText, offsetOf, refusal, titleOf, type BuildView, type Difference } from './difference';

/** Docker's own frontend, from wherever it is mirrored: what builders have compiled in. */
const FRONTEND = /(?:^|\/)docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/;
/** Instructions whose words Docker expands, with the escape character of the file. */
const EXPANDED = ['ADD', 'ARG', 'COPY', 'ENV', 'EXPOSE', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'];

/** Directives that the builder does not follow. */
export function findSyntaxDifferences(view: BuildView): Difference[] {
  const { syntax, escape } = view;
  const builder = titleOf(view);
  return [
    ...(syntax === undefined || FRONTEND.test(syntax.value)
      ? []
      : [
          refusal(
            syntax.offset,
            `${builder} does not run the frontend ${syntax.value.slice(0, 100)}: it would read the file as a plain Dockerfile`,
            'Write a Dockerfile, and leave # syntax out or name docker/dockerfile.',
          ),
        ]),
    ...(escape === '\\'
      ? []
      : view.stages.flatMap(({ instructions }) =>
          instructions
            .filter((one) => EXPANDED.includes(one.keyword) && /[\\`]/.test(argumentText(one)))
            .map((one) =>
              refusal(
                offsetOf(one),
                `${builder} takes \\ for the escape character of values, whatever # escape says`,
                'Leave # escape out; on Linux \\ is the escape character.',
              ),
            ),
        )),
  ];
}

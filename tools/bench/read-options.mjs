import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench [-- OPTION…]

  --only=graph,kaniko,buildah,noop,pipeline
                               what to measure (default: all of it)
  --pairs=N                    pairs of runs; medians are over these (default 5)
  --projects=N                 image directories in the graph (default 2000)
  --images=N                   images to build (default 10)
  --no-op-images=N             images of which all is there, on a new machine (default 100)
  --pipeline-images=N          images of which a pipeline is planned (default 300)
  --parallel=N                 builders at once, of both sides (default: as many as there are CPUs)
  --json=FILE                  write the numbers as JSON
  --keep                       keep the directories of the measurement
  --graph-ratio=X              bound of the graph's wall time (default 1.2)
  --cold-ratio=X               bound of CPU against bare Kaniko (default 1.10)
  --no-op-cpu=X                bound of a run in which nothing is to be done, CPU seconds (default 1.5)
  --no-op-wall=X               bound of seconds beyond \`nx show projects\`, all there and far (default 5)
  --pipeline-ratio=X           bound of planning a pipeline against \`nx show projects --affected\` (default 2)`;

const PARTS = ['graph', 'kaniko', 'buildah', 'noop', 'pipeline'];

/** @returns What to measure, or the text of what is wrong with the words. */
export function readOptions(words) {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        ...Object.fromEntries(
          [
            'only',
            'pairs',
            'projects',
            'images',
            'no-op-images',
            'pipeline-images',
            'parallel',
            'json',
            'graph-ratio',
            'cold-ratio',
            'no-op-cpu',
            'no-op-wall',
            'pipeline-ratio',
          ].map((name) => [name, { type: 'string' }]),
        ),
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return USAGE;
    const only = values.only?.split(',') ?? PARTS;
    const unknown = only.filter((name) => !PARTS.includes(name));
    if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(', ')}`);
    return {
      only,
      pairs: readNumber(values, 'pairs', 5, Number.isInteger),
      projects: readNumber(values, 'projects', 2000, Number.isInteger),
      images: readNumber(values, 'images', 10, Number.isInteger),
      noOpImages: readNumber(values, 'no-op-images', 100, Number.isInteger),
      pipelineImages: readNumber(values, 'pipeline-images', 300, Number.isInteger),
      parallel: readNumber(values, 'parallel', availableParallelism(), Number.isInteger),
      json: values.json,
      keep: values.keep ?? false,
      bounds: {
        graphRatio: readNumber(values, 'graph-ratio', 1.2),
        coldRatio: readNumber(values, 'cold-ratio', 1.1),
        noOpCpu: readNumber(values, 'no-op-cpu', 1.5),
        noOpWall: readNumber(values, 'no-op-wall', 5),
        pipelineRatio: readNumber(values, 'pipeline-ratio', 2),
      },
    };
  } catch (error) {
    return `bench: ${error.message}\n\n${USAGE}`;
  }
}

function readNumber(values, name, otherwise, isRight = Number.isFinite) {
  const number = values[name] === undefined ? otherwise : Number(values[name]);
  if (!isRight(number) || number <= 0) throw new Error(`--${name} is no number to measure with: ${values[name]}`);
  return number;
}

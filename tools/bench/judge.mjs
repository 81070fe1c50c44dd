/** What was measured, a row each, and whether the bounds are kept. */
export function judge({ graph = {}, images = {}, noOp, pipeline }, bounds) {
  return [
    ...(noOp === undefined ? [] : judgeNoOp(noOp, bounds)),
    ...(pipeline === undefined ? [] : [judgePipeline(pipeline, bounds)]),
    ...Object.entries(graph).flatMap(([command, { hephy, empty, ratio, shape, shapeRatio }]) => [
      {
        what: command,
        ours: hephy,
        against: 'empty projects',
        theirs: empty,
        ratio,
        bound: `wall ≤ ${bounds.graphRatio.toFixed(2)}`,
        kept: ratio.wall <= bounds.graphRatio,
      },
      {
        what: '  the same targets and edges, no file read',
        ours: shape,
        against: 'empty projects',
        theirs: empty,
        ratio: shapeRatio,
      },
    ]),
    ...Object.entries(images).flatMap(([builder, measured]) => [
      {
        what: `${builder}, cold`,
        ours: measured.cold,
        against: 'bare loop',
        theirs: measured.bare,
        ratio: measured.ratio,
        ...(builder === 'kaniko'
          ? { bound: `CPU ≤ ${bounds.coldRatio.toFixed(2)}`, kept: measured.ratio.cpu <= bounds.coldRatio }
          : {}),
      },
      {
        what: `${builder}, nothing to do`,
        ours: measured.again,
        against: 'Nx, idle executors',
        theirs: measured.nx,
        bound: `≤ ${bounds.noOpCpu.toFixed(2)} CPU s`,
        kept: measured.again.cpu <= bounds.noOpCpu,
      },
      { what: `${builder}, nothing to do, NX_ISOLATE_PLUGINS=false`, ours: measured.againUnisolated },
      { what: `${builder}, nothing to do, Nx's daemon`, ours: measured.againDaemon },
    ]),
  ];
}

/** https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#dynamic-child-pipelines */
const MOST_BYTES = 5_000_000;

function judgePipeline({ images, plan, show, ratio, bytes }, { pipelineRatio }) {
  return {
    what: `a pipeline of ${images} × 2 platforms`,
    ours: plan,
    against: 'nx show --affected',
    theirs: show,
    ratio,
    bound: `wall ≤ ${pipelineRatio.toFixed(2)}`,
    kept: ratio.wall <= pipelineRatio && bytes < MOST_BYTES,
  };
}

function judgeNoOp({ images, latency, show, again, beyond, requests, budget }, bounds) {
  const over = Object.keys(budget).filter((what) => requests[what] > budget[what]);
  return [
    {
      what: `${images} × 2 platforms there, a new machine, ${latency} ms`,
      ours: again,
      against: 'nx show projects',
      theirs: show,
      ratio: { wall: again.wall / show.wall, cpu: again.cpu / show.cpu },
      bound: `${beyond.toFixed(2)} s more ≤ ${bounds.noOpWall.toFixed(2)}`,
      kept: beyond <= bounds.noOpWall,
    },
    {
      what: '  its requests',
      ours: again,
      bound: over.length === 0 ? 'each within its number' : `too many: ${over.join(', ')}`,
      kept: over.length === 0,
    },
  ];
}

/** What was measured, a row each, and whether the bounds are kept. */
export function judge({ graph = {}, images = {} }, bounds) {
  return [
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

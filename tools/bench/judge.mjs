/** What was measured, a row each, and whether the bounds are kept. */
export function judge({ graph = {}, images = {} }, bounds) {
  return [
    ...Object.entries(graph).map(([command, { hephy, empty, ratio }]) => ({
      what: command,
      ours: hephy,
      against: 'empty projects',
      theirs: empty,
      ratio,
      bound: `wall ≤ ${bounds.graphRatio.toFixed(2)}`,
      kept: ratio.wall <= bounds.graphRatio,
    })),
    ...Object.entries(images).flatMap(([builder, { cold, again, bare, ratio }]) => [
      {
        what: `${builder}, cold`,
        ours: cold,
        against: 'bare loop',
        theirs: bare,
        ratio,
        ...(builder === 'kaniko'
          ? { bound: `CPU ≤ ${bounds.coldRatio.toFixed(2)}`, kept: ratio.cpu <= bounds.coldRatio }
          : {}),
      },
      {
        what: `${builder}, nothing to do`,
        ours: again,
        bound: `≤ ${bounds.noOpCpu.toFixed(2)} CPU s`,
        kept: again.cpu <= bounds.noOpCpu,
      },
    ]),
  ];
}

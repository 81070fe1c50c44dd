/**
 * The measurements as a table.
 * @param {ReturnType<import('./judge.mjs').judge>} rows
 */
export function renderResults(rows) {
  const head = ['', 'wall', 'CPU', 'against', 'wall', 'CPU', 'ratio wall', 'CPU', 'bound'];
  const cells = rows.map((row) => [
    row.what,
    ...seconds(row.ours),
    row.against ?? '',
    ...(row.theirs === undefined ? ['', ''] : seconds(row.theirs)),
    ...(row.ratio === undefined ? ['', ''] : [row.ratio.wall.toFixed(2), row.ratio.cpu.toFixed(2)]),
    row.bound === undefined ? '' : `${row.bound} ${row.kept ? 'kept' : 'NOT kept'}`,
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
  const isText = (column) => column === 0 || column === 3 || column === 8;
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function seconds({ wall, cpu }) {
  return [`${wall.toFixed(2)} s`, `${cpu.toFixed(2)} s`];
}

/** @param {{ requests: Record<string, number>, budget: Record<string, number> }} noOp */
export function renderRequests({ requests, budget }) {
  const all = Object.values(requests).reduce((sum, count) => sum + count, 0);
  const lines = Object.entries(requests).map(([what, count]) => `  ${what}: ${count}, at most ${budget[what]}`);
  return [`${all} requests:`, ...lines].join('\n');
}

/** @param {{ bytes: number, needs: number, jobs: Record<string, number> }} pipeline */
export function renderPipeline({ bytes, needs, jobs }) {
  const counts = Object.entries(jobs).map(([kind, count]) => `${count} ${kind}`);
  return `The pipeline: ${counts.join(' and ')} jobs, at most ${needs} needs, ${(bytes / 1e6).toFixed(2)} MB of YAML, valid.`;
}

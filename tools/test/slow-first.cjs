'use strict';

const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Half a minute and more on two cores, the slowest first: what begins last keeps one core busy and leaves the others idle. */
const SLOW = [
  'endings-buildah',
  'endings-bubblewrap',
  'corpus',
  'registry-faults-builders',
  'endings-podman',
  'endings-docker',
  'documented-commands',
  'builder-contract',
  'explain-changes',
  'runtimes',
  'release',
  'gitlab',
  'publish-races',
  'verify-target',
  'migrating',
  'freshness',
  'kaniko-by-kaniko',
  'drift',
  'gitlab-failures',
  'failures',
  'runtime-life',
  'gitlab-job-builds',
  'registry-network',
  'batch',
  'source-links',
];

/** Jest knows how long a spec takes only where it has run before, which a fresh clone has not; else it goes by their sizes. */
module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const rankOf = ({ path }) => {
      const rank = SLOW.indexOf(basename(path, '.spec.ts'));
      return rank < 0 ? SLOW.length : rank;
    };
    return [...super.sort(tests)].sort((one, other) => rankOf(one) - rankOf(other));
  }
};

/**
 * `node tools/release/main.mjs`: says what a release of this commit would do, and what is in its way; with `--run` does it.
 * `node tools/release/main.mjs set VERSION [--image-repository=REGISTRY/PATH]`: writes the version everywhere. See docs/releasing.md.
 */
import { parseArgs } from 'node:util';
import { listChanges, pack, planSteps, take } from './steps.mjs';
import { hasChanges, isVersion, readVersions, writeVersion } from './version-places.mjs';

try {
  process.exitCode = main();
} catch (error) {
  console.error(`release: ${error.message}`);
  process.exitCode = 1;
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { run: { type: 'boolean', default: false }, 'image-repository': { type: 'string' } },
  });
  const [command, version, ...more] = positionals;
  if (command === 'set' && version !== undefined && more.length === 0) return set(version, values['image-repository']);
  if (command !== undefined) throw new Error('call it with nothing, with --run, or with `set VERSION`');
  return release(values.run);
}

function set(version, repository) {
  if (!isVersion(version)) throw new Error(`${version} is no version as 1.2.3 or 1.2.3-rc.1`);
  writeVersion(version, new Date().toISOString().slice(0, 10), repository);
  for (const { file } of readVersions()) console.log(`release: ${file} says ${version}`);
  return 0;
}

function release(run) {
  const problems = findProblems();
  for (const problem of problems) console.error(`release: ${problem}`);
  if (problems.length > 0) return 1;
  const [{ version }] = readVersions();
  const tarball = pack();
  console.log(`release: ${tarball.file} is ${tarball.integrity}`);
  for (const step of planSteps({ version, tarball })) {
    const env = Object.entries(step.env ?? {}).map(([name, value]) => `${name}=${value} `);
    const done = step.done();
    console.log(`release: ${done ? 'done before: ' : ''}${step.title}`);
    if (done) continue;
    console.log(`  ${env.join('')}${step.argv.map((word) => (word === process.execPath ? 'node' : word)).join(' ')}`);
    if (!run) continue;
    take(step);
    step.check?.();
  }
  if (!run) console.log('release: nothing was done: --run does it');
  return 0;
}

function findProblems() {
  const versions = readVersions();
  const [{ version }] = versions;
  const differing = versions.filter((place) => place.version !== version);
  const changes = listChanges();
  return [
    ...(isVersion(version ?? '') ? [] : [`${versions[0].file} says ${version}, which is no version`]),
    ...differing.map(
      (place) => `${place.file} says ${place.version ?? 'no version'}, and ${versions[0].file} ${version}`,
    ),
    ...(hasChanges(version) ? [] : [`CHANGELOG.md has no section \`## ${version} - YYYY-MM-DD\``]),
    ...(changes.length === 0 ? [] : [`not committed: ${changes.join(', ')}`]),
    ...(process.env.ECR_REGISTRY ? [] : ['ECR_REGISTRY does not say where the image goes']),
  ];
}

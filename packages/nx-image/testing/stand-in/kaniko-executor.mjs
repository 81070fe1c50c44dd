/**
 * Stands in for Kaniko's executor 1.28 in tests: as strict about flags, the same words in its output, the same exit codes, the digest file
 * before the push, platforms stamped without a look. buildah does the work. What Kaniko knows and this does not is an error, never ignored.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const FLAGS = JSON.parse(readFileSync(join(import.meta.dirname, 'kaniko-flags.json'), 'utf8'));
const NEEDED = ['context', 'dockerfile', 'destination', 'digest-file', 'custom-platform'];
const UNDERSTOOD = new Set([
  ...NEEDED,
  ...['build-arg', 'cache', 'cache-copy-layers', 'cache-repo', 'cleanup', 'force', 'ignore-var-run'],
  'image-download-retry',
  ...['insecure-registry', 'label', 'no-push', 'no-push-cache', 'push-retry', 'registry-mirror', 'reproducible'],
  ...['skip-default-registry-fallback', 'skip-tls-verify-registry', 'target'],
]);
const INSTRUCTION = /^(?:\[\d+\/\d+\] )?STEP \d+\/\d+: (?!FROM)(.*)$/;
const BASE = /^(?:\[\d+\/\d+\] )?STEP \d+\/\d+: FROM (?:--\S+ )*(([^\s/]+)\/\S+)/;

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  if (args[0] === 'version') {
    console.log('Kaniko version :  v1.28.3-stand-in');
    return 0;
  }
  const flags = readFlags(args);
  if (typeof flags === 'string') return refuseUsage(flags);
  log('INFO', `credential providers by priority: [file:${process.env.DOCKER_CONFIG}/config.json]`);
  const store = mkdtempSync(join(tmpdir(), 'kaniko-stand-in-'));
  try {
    return await buildAndPush(flags, store);
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

function readFlags(args) {
  const flags = { 'build-arg': [], label: [], 'insecure-registry': [], 'skip-tls-verify-registry': [] };
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^--([\w-]+)(?:=([^]*))?$/.exec(args[i]) ?? [];
    if (name === undefined) return `unknown command ${JSON.stringify(args[i])} for "executor"`;
    if (!Object.hasOwn(FLAGS, name)) return `unknown flag: --${name}`;
    if (!UNDERSTOOD.has(name)) return `the stand-in does not know --${name}`;
    const value = FLAGS[name] === 'bool' ? (inline ?? 'true') : (inline ?? args[++i]);
    if (value === undefined) return `flag needs an argument: --${name}`;
    if (FLAGS[name] === 'bool' && value !== 'true' && value !== 'false')
      return `invalid argument "${value}" for "--${name}" flag`;
    if (Array.isArray(flags[name])) flags[name].push(value);
    else flags[name] = value;
  }
  const missing = NEEDED.find((name) => flags[name] === undefined);
  if (missing === 'destination') return 'you must provide --destination, or use --no-push';
  if (missing !== undefined) return `the stand-in needs --${missing}`;
  if (!flags.context.startsWith('dir:///')) return 'the stand-in needs --context=dir:///…';
  if (flags.label.some((label) => !label.includes('='))) return 'labels must be of the form key=value';
  if (!existsSync(flags.dockerfile))
    return 'please provide a valid path to a Dockerfile within the build context with --dockerfile';
  return flags;
}

function refuseUsage(problem) {
  const list = Object.entries(FLAGS).map(([name, type]) => `      --${name}${type === 'bool' ? '' : ' string'}`);
  console.error([`Error: ${problem}`, 'Usage:', '  executor [flags]', '', 'Flags:', ...list, '', problem].join('\n'));
  return 1;
}

async function buildAndPush(flags, store) {
  const denied = flags['no-push'] === 'true' ? undefined : await checkPermission(flags);
  if (denied !== undefined) {
    log('WARN', 'make sure you entered the correct tag name, that you are authenticated correctly, and try again.');
    return fail(`error checking push permissions: checking push permission for "${flags.destination}": ${denied}`);
  }
  const paths = {
    root: join(store, 'root'),
    run: join(store, 'run'),
    id: join(store, 'id'),
    digest: join(store, 'digest'),
  };
  const built = await buildah(paths, buildArguments(flags, paths), sayStep);
  if (built.status !== 0) return failBuild(built, flags);
  // As the real one: before the push, and so there after a push that failed.
  writeFileSync(flags['digest-file'], readFileSync(paths.id, 'utf8').trim());
  if (flags['no-push'] === 'true') return 0;
  log('INFO', `Pushing image to ${flags.destination}`);
  const push = () =>
    buildah(paths, [
      ...['push', '--tls-verify=false', `--authfile=${process.env.DOCKER_CONFIG}/config.json`],
      ...[`--digestfile=${paths.digest}`, flags.destination, `docker://${flags.destination}`],
    ]);
  let pushed = await push();
  for (let retry = 0; pushed.status !== 0 && retry < Number(flags['push-retry'] ?? 0); retry += 1) {
    const wait = 1000 * 2 ** retry;
    log('WARN', `Retrying operation after ${wait / 1000}s due to ${errorOf(pushed.text)}`);
    await sleep(wait);
    pushed = await push();
  }
  if (pushed.status !== 0) {
    const reason = /uploading manifest .*? to \S+: (.*?)\)/.exec(pushed.text)?.[1] ?? errorOf(pushed.text);
    return fail(`error pushing image: failed to push to destination ${flags.destination}: ${reason}`);
  }
  const digest = readFileSync(paths.digest, 'utf8').trim();
  writeFileSync(flags['digest-file'], digest);
  log('INFO', `Pushed ${flags.destination.replace(/:[^:/]*$/, '')}@${digest}`);
  return 0;
}

function buildArguments(flags, paths) {
  const mirror = flags['registry-mirror'];
  const conf = join(dirname(paths.id), 'registries.conf');
  const table =
    mirror === undefined ? '' : `[[registry]]\nprefix = "docker.io"\nlocation = ${JSON.stringify(mirror)}\n`;
  writeFileSync(conf, `unqualified-search-registries = []\n${table}`);
  process.env.CONTAINERS_REGISTRIES_CONF = conf;
  return [
    ...['bud', '--isolation=chroot', '--network=host', '--layers=false', '--tls-verify=false'],
    ...[`--platform=${flags['custom-platform']}`, `--file=${flags.dockerfile}`, `--iidfile=${paths.id}`],
    ...[`--authfile=${process.env.DOCKER_CONFIG}/config.json`, `--ignorefile=${flags.dockerfile}.dockerignore`],
    ...[`--tag=${flags.destination}`, '--identity-label=false'],
    ...(flags.reproducible === 'true' ? ['--format=oci', '--timestamp=0'] : ['--format=docker']),
    ...(flags.target === undefined ? [] : [`--target=${flags.target}`]),
    ...flags['build-arg'].map((value) => `--build-arg=${value}`),
    ...flags.label.map((value) => `--label=${value}`),
    flags.context.slice('dir://'.length),
  ];
}

/** `onLine` gets what it says as it says it: whoever is stopped has said it. */
async function buildah(paths, args, onLine = () => undefined) {
  const store = [`--root=${paths.root}`, `--runroot=${paths.run}`, '--storage-driver=vfs'];
  const child = spawn('buildah', [...store, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  const read = async (name) => {
    for await (const line of createInterface({ input: child[name] })) {
      text[name] += `${line}\n`;
      onLine(line, name);
    }
  };
  const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  await Promise.all([read('stdout'), read('stderr')]);
  return { status: (await ended) ?? 137, text: `${text.stdout}${text.stderr}` };
}

/** Steps in Kaniko's words; what a RUN says on stdout as it is. */
function sayStep(line, stream) {
  const step = INSTRUCTION.exec(line)?.[1];
  const [, base, registry] = BASE.exec(line) ?? [];
  if (base !== undefined) log('INFO', `Retrieving image ${base} from registry ${registry}`);
  else if (step !== undefined) log('INFO', step);
  else if (stream === 'stdout' && !line.includes('STEP ')) process.stdout.write(`${line}\n`);
}

/** Kaniko's words for what buildah says. */
function failBuild({ status, text }, flags) {
  const error = errorOf(text);
  const image = 'error building image: ';
  const stage = `${image}error building stage: failed to execute command: `;
  const unstarted = /process failed to start with error: (fork\/exec [^\n]*?)(?:process exited|\n|$)/.exec(text)?.[1];
  if (unstarted !== undefined) return fail(`${stage}starting command: ${unstarted}`);
  if (/building at STEP "RUN /.test(error) && status !== 125) {
    return fail(`${stage}waiting for process to exit: exit status ${status}`, status);
  }
  if (/^The target /.test(error))
    return fail(`${image}error finding target stage: "${flags.target}" is not a valid target build stage`);
  if (/unknown instruction|requires at least|no contents in/i.test(error)) {
    return fail(`${image}parsing dockerfile: dockerfile parse error: ${error}`);
  }
  const retries = `${image}unable to complete operation after 0 attempts, last error: `;
  if (/manifest unknown/.test(error)) return fail(`${retries}GET: MANIFEST_UNKNOWN: ${error}`);
  if (/unauthorized/.test(error)) return fail(`${retries}GET: UNAUTHORIZED: ${error}`);
  if (/connection refused|no such host/.test(error)) return fail(`${retries}${error}`);
  return fail(`${stage}${error}`);
}

/** Where credentials are asked for, buildah is left to find out whether they do. */
async function checkPermission({ destination }) {
  const [host, ...path] = destination.replace(/:[^:/]*$/, '').split('/');
  if (readFileSync(`${process.env.DOCKER_CONFIG}/config.json`, 'utf8').includes(`"${host}"`)) return undefined;
  const url = `http://${host}/v2/${path.join('/')}/blobs/uploads/`;
  try {
    const response = await fetch(url, { method: 'POST' });
    if (response.status === 401) return `POST ${url}: UNAUTHORIZED: authentication required`;
    return response.ok ? undefined : `POST ${url}: unexpected status code ${response.status} ${response.statusText}`;
  } catch (error) {
    return `creating push check transport for ${host} failed: Get "http://${host}/v2/": ${error.cause?.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.cause}`;
  }
}

function errorOf(text) {
  return (
    text
      .split('\n')
      .findLast((line) => line.startsWith('Error: '))
      ?.slice('Error: '.length) ?? text.trim()
  );
}

function log(level, text) {
  console.error(`\u001b[36m${level}\u001b[0m[0000] ${text} `);
}

function fail(text, status = 1) {
  console.error(text);
  return status;
}

/**
 * `npm run demo`: builds the images that carry the Nx tag `demo` for two architectures into the local registry, runs hello-web of
 * this machine's own, fetches its page, and shows the table of what was done.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readImage } from './demo/read-image.mjs';
import { serveInEngine } from './demo/serve-in-engine.mjs';
import { serveUnpacked } from './demo/serve-unpacked.mjs';
import { installNodeModules } from './setup/install-node-modules.mjs';
import { findEngine } from './setup/needs.mjs';
import { setUp } from './setup/set-up.mjs';

const WORKSPACE = join(import.meta.dirname, '..');
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

process.exitCode = await demonstrate().then(
  (shown) => (shown ? 0 : 1),
  (error) => {
    console.error(`demo: ${error.message}`);
    return 1;
  },
);

async function demonstrate() {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) {
    console.error(
      `demo: the images are for ${Object.values(ARCHITECTURES).join(' and ')}; this machine is ${process.arch}.`,
    );
    return false;
  }
  if (!installNodeModules(WORKSPACE) || !setUp('demo')) return false;

  console.log('demo: nx run-many -t manifest -p tag:demo, which ends with the table of the run');
  if (!runHere('.bin/nx', ['run-many', '-t', 'manifest', '-p', 'tag:demo'])) return false;

  const image = readImage(WORKSPACE, 'hello-web', `linux/${architecture}`);
  const page = await fetchPage(image);
  const greeting = /<h1>(.*)<\/h1>/.exec(page)?.[1];
  console.log(`demo: it says: ${greeting ?? page}`);
  if (greeting !== `Hello from linux/${architecture}`) {
    console.error(`demo: that is not what linux/${architecture} should say.`);
    return false;
  }
  return true;
}

/** A program of node_modules, into the local registry whatever else is configured; no daemon is left behind. */
function runHere(program, parameters) {
  const env = { ...process.env, HEPHY_REGISTRY: 'local', NX_DAEMON: 'false', NX_TUI: 'false' };
  delete env.ECR_REGISTRY;
  const { status } = spawnSync(process.execPath, [join(WORKSPACE, 'node_modules', program), ...parameters], {
    cwd: WORKSPACE,
    stdio: 'inherit',
    env,
  });
  return status === 0;
}

async function fetchPage(image) {
  const engine = findEngine();
  const server = (engine === undefined ? undefined : serveInEngine(engine, image)) ?? (await serveUnpacked(image));
  try {
    console.log(`demo: ${image.name} for ${image.platform} runs ${server.where}: http://127.0.0.1:${server.port}/`);
    return await answerOf(`http://127.0.0.1:${server.port}/`, server);
  } finally {
    await server.stop();
  }
}

/** Asks until somebody answers, ten seconds at most. */
async function answerOf(url, server) {
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return await response.text();
      throw new Error(`${url} answered ${response.status}`);
    } catch (error) {
      const ended = server.ended();
      if (ended !== undefined) throw new Error(`hello-web ended: ${ended}`, { cause: error });
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

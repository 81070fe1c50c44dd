import { spawnSync } from 'node:child_process';

/** Runs the image by docker or podman; undefined where the engine cannot have it. */
export function serveInEngine(engine, image) {
  const insecure = engine === 'podman' ? ['--tls-verify=false'] : [];
  const reference = `${image.repository}@${image.digest}`;
  const started = call(engine, ['run', '--detach', '--rm', ...insecure, '--publish', '127.0.0.1::8080', reference]);
  const port =
    started.status === 0 ? /:(\d+)\s*$/m.exec(call(engine, ['port', started.stdout, '8080']).stdout)?.[1] : undefined;
  if (port === undefined) {
    console.log(`demo: ${engine} does not run ${reference}: ${started.stderr}`);
    if (started.status === 0) call(engine, ['rm', '--force', started.stdout]);
    return undefined;
  }
  return {
    where: `in ${engine}`,
    port: Number(port),
    ended: () => {
      const { status, stdout } = call(engine, ['inspect', '--format', '{{.State.Status}}', started.stdout]);
      return status === 0 && stdout === 'running' ? undefined : `its container is ${stdout || 'gone'}`;
    },
    stop: () => Promise.resolve(call(engine, ['rm', '--force', started.stdout])),
  };
}

function call(engine, parameters) {
  const { status, stdout, stderr } = spawnSync(engine, parameters, { encoding: 'utf8' });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

/**
 * A registry a way off, and a git server: `node slow-proxy.mjs PORT REGISTRY MILLISECONDS LOG REPOSITORIES`. Each answer comes so much later; each request is a line of
 * the log. It says its port when it listens. A process of its own: who measures is too busy to answer.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const [port, registry, latency, log, repositories] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const [hostname, upstreamPort] = registry.split(':');

const server = createServer(async (incoming, response) => {
  appendFileSync(log, `${incoming.method} ${incoming.url}\n`);
  await setTimeout(Number(latency));
  if (incoming.url.startsWith('/git/')) serveGit(incoming, response);
  else forward(incoming, response);
});
server.listen(Number(port), '127.0.0.1', () => {
  console.log(server.address().port);
});

function forward(incoming, response) {
  const { method, url: path, headers } = incoming;
  const outgoing = ask({ agent, hostname, port: upstreamPort, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}

/** https://git-scm.com/docs/git-http-backend */
function serveGit(incoming, response) {
  const { pathname, searchParams } = new URL(incoming.url, 'http://git');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: repositories,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname.replace(/^\/git/, ''),
      QUERY_STRING: searchParams.toString(),
      REQUEST_METHOD: incoming.method,
      CONTENT_TYPE: incoming.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: incoming.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: incoming.headers['git-protocol'] ?? '',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  incoming.pipe(child.stdin);
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const headers = output
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(/: (.*)/));
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    for (const [name, value] of headers) if (name !== 'Status') response.setHeader(name, value);
    response.writeHead(Number(status.slice(0, 3))).end(output.subarray(end + 4));
  });
}

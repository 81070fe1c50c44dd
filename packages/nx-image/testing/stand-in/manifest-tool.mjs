/** Stands in for manifest-tool 2.2 in tests: `--docker-cfg DIR --plain-http push --type oci from-spec FILE`, its traps included. Of credentials it knows `auths`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** By host: what goes into `Authorization`. */
const logins = new Map();

try {
  await main(process.argv.slice(2));
} catch (error) {
  const text = `manifest-tool failed with error: failed to push image: ${error.message}`;
  console.error(`time="2024-01-01T00:00:00Z" level=error msg=${JSON.stringify(text)}`);
  process.exitCode = 1;
}

async function main(args) {
  const { type, file } = readArguments(args);
  const spec = parse(readFileSync(file, 'utf8'));
  const [host, ...path] = spec.image.split('/');
  const base = `http://${host}/v2/${path.join('/')}/manifests`;
  const manifests = [];
  for (const child of spec.manifests ?? []) manifests.push(await describe(child));
  const bytes = goJson({
    schemaVersion: 2,
    mediaType: type === 'oci' ? OCI_INDEX : DOCKER_LIST,
    manifests,
    ...(type === 'oci' && Object.keys(spec.annotations ?? {}).length > 0
      ? { annotations: sorted(spec.annotations) }
      : {}),
  });
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const put = { method: 'PUT', headers: { 'content-type': type === 'oci' ? OCI_INDEX : DOCKER_LIST }, body: bytes };
  await ask(`${base}/${digest}`, put);
  console.log(`Digest: ${digest} ${bytes.length}`);
}

function readArguments(args) {
  const words = [...args];
  const options = {};
  while (words[0]?.startsWith('--')) {
    const name = words.shift();
    if (name === '--plain-http') options.plain = true;
    else if (name === '--docker-cfg') options.config = words.shift();
    else throw new Error(`flag provided but not defined: ${name}`);
  }
  const [push, flag, type, command, file, ...more] = words;
  if (push !== 'push' || flag !== '--type' || command !== 'from-spec' || file === undefined || more.length > 0) {
    throw new Error(`the stand-in does not know: ${words.join(' ')}`);
  }
  if (options.plain !== true) throw new Error('http: server gave HTTP response to HTTPS client');
  const { auths = {} } = JSON.parse(readFileSync(join(options.config, 'config.json'), 'utf8'));
  for (const [host, { auth }] of Object.entries(auths)) logins.set(host, `Basic ${auth}`);
  return { type, file };
}

async function describe({ image, platform }) {
  const [name, digest] = image.split('@');
  const [host, ...path] = name.split('/');
  const response = await ask(
    `http://${host}/v2/${path.join('/')}/manifests/${digest}`,
    { headers: { accept: MANIFESTS } },
    image,
  );
  const size = (await response.arrayBuffer()).byteLength;
  const { architecture, os, variant } = platform;
  return {
    mediaType: response.headers.get('content-type'),
    digest,
    size,
    platform: { architecture, os, ...(variant ? { variant } : {}) },
  };
}

async function ask(url, init, image = url) {
  const authorization = logins.get(new URL(url).host);
  const headers = { ...init.headers, ...(authorization === undefined ? {} : { authorization }) };
  const response = await fetch(url, { ...init, headers }).catch((error) => {
    const words = { ECONNREFUSED: 'connect: connection refused', ECONNRESET: 'read: connection reset by peer' };
    throw new Error(`${url}: ${words[error.cause?.code] ?? error.cause}`);
  });
  if (response.status === 404) throw new Error(`inspect of image "${image}" failed with error: ${image}: not found`);
  if (response.status === 401)
    throw new Error(`pull access denied, repository does not exist or may require authorization: ${url}`);
  if (!response.ok)
    throw new Error(`unexpected status from ${init.method ?? 'GET'} ${url}: ${response.status} ${response.statusText}`);
  return response;
}

function sorted(map) {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

function goJson(value) {
  const escape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(JSON.stringify(value, null, 2).replace(/[<>&\u2028\u2029]/g, escape));
}

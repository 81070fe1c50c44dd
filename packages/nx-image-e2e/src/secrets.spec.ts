import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushImage } from '../../nx-image/testing/fixture-images';
import { makeRepository } from '../../nx-image/testing/git-repository';
import { startGitServer, type GitServer } from '../../nx-image/testing/git-server';
import { startRegistry, TEST_LOGIN, type TestRegistry } from '../../nx-image/testing/registry-server';
import { HOST_PLATFORM, TEST_BUILDERS } from './testing/builders';
import { filesWith } from './testing/find-text';
import { Recording } from './testing/recording';
import { errorOf, resultOf } from './testing/results';
import type { Env, Run } from './testing/run';
import { shellImage } from './testing/shell-image';
import { KANIKO } from './testing/tools';
import { Workspace } from './testing/workspace';

const { username, password } = TEST_LOGIN;
const BASIC = Buffer.from(`${username}:${password}`).toString('base64');
const JOB_TOKEN = 'glcbt-64_s3cr3t-token';
const JOB_LOGIN = `gitlab-ci-token:${JOB_TOKEN}`;
const SECRETS = [
  ...[password, BASIC, Buffer.from(password).toString('base64')],
  ...[JOB_TOKEN, Buffer.from(JOB_LOGIN).toString('base64')],
];
const WRONG = 'close sesame';

/** A RUN that looks for the builder's own login, and shows it where it is. */
const CURIOUS = (host: string) => `FROM ${host}/base/shell:1
RUN for file in /.hephy/docker/config.json /root/.docker/config.json /kaniko/.docker/config.json; do \\
  if [ -r $file ]; then while read -r line || [ -n "$line" ]; do echo "found $line"; done < $file; fi; done
`;

function login(host: string, secret: string): Env {
  const auth = Buffer.from(`${username}:${secret}`).toString('base64');
  return { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth } } }) };
}

describe('a registry that asks for a login, and an upstream that asks for the token of the job', () => {
  let open: TestRegistry;
  let gitlab: GitServer;
  beforeAll(async () => {
    gitlab = await startGitServer();
    makeRepository(gitlab.directory, 'private', {
      Dockerfile: 'FROM scratch\nCOPY data.txt /\n',
      'data.txt': 'theirs\n',
    });
    gitlab.demand(JOB_LOGIN);
    open = await startRegistry();
    await pushImage(open.host, 'base/shell', '1', shellImage());
  });
  afterAll(() => Promise.all([open.stop(), gitlab.stop()]));

  for (const builder of TEST_BUILDERS) {
    builder.describe(`with ${builder.title}`, () => {
      let closed: TestRegistry;
      let scratch: string;
      let workspace: Workspace;
      let recording: Recording;
      let end: Run;
      const repository = () => `${closed.host}/team/images`;
      const build = (secret: string, env: Env = {}) => {
        const places = { HOME: join(scratch, 'home'), TMPDIR: join(scratch, 'tmp') };
        const named = { ECR_REGISTRY: repository(), HEPHY_PUBLISH: 'true' };
        const job = { CI_SERVER_URL: gitlab.url, CI_JOB_TOKEN: JOB_TOKEN };
        const all = { ...named, ...job, ...login(closed.host, secret), ...places, ...recording.env, ...env };
        return workspace.nx(['run-many', '-t', 'manifest'], all);
      };

      beforeAll(async () => {
        closed = await startRegistry({ login: true });
        scratch = mkdtempSync(join(tmpdir(), 'hephy-secrets-'));
        for (const name of ['home', 'tmp']) mkdirSync(join(scratch, name));
        recording = new Recording(join(scratch, 'recording'), builder.programs());
        workspace = await Workspace.withImages(
          {
            'images/curious/build-config.yaml': builder.config([`platforms: [${HOST_PLATFORM}]`]),
            'images/curious/Dockerfile': CURIOUS(open.host),
            'images/private/build-config.yaml': builder.config([
              `upstream_repo: ${gitlab.url}/private.git`,
              ...['upstream_ref: main', `platforms: [${HOST_PLATFORM}]`],
            ]),
            'images/app/build-config.yaml': builder.config([`platforms: [${HOST_PLATFORM}]`]),
            'images/app/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:curious-latest\nCOPY data.txt /\n',
            'images/app/data.txt': 'data\n',
          },
          builder.env(),
        );
        end = await build(password);
      });
      afterAll(async () => {
        await workspace.remove();
        await closed.stop();
        rmSync(scratch, { recursive: true, force: true });
      });

      it('is pushed to with the login of DOCKER_AUTH_CONFIG', async () => {
        expect(end).toMatchObject({ code: 0 });
        const url = `http://${closed.host}/v2/team/images/manifests/app-latest`;
        const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
        const signed = await fetch(url, { headers: { ...headers, authorization: `Basic ${BASIC}` } });
        expect(signed.headers.get('docker-content-digest')).toBe(resultOf(workspace, 'app').manifest?.digest);
        expect((await fetch(url, { headers })).status).toBe(401);
      });

      it('has an image of what the token reads', () => {
        expect(resultOf(workspace, 'private').manifest?.digest).toMatch(/^sha256:/);
      });

      it('keeps its secret out of the output, the logs, the results and every other file', () => {
        for (const secret of SECRETS) expect(end.output).not.toContain(secret);
        expect(existsSync(join(workspace.root, `dist/images/app/build-${HOST_PLATFORM.slice(6)}.log`))).toBe(true);
        expect(filesWith(workspace.root, SECRETS, ['node_modules'])).toEqual([]);
        for (const name of ['home', 'tmp']) expect(filesWith(join(scratch, name), SECRETS)).toEqual([]);
      });

      it('keeps its secret out of the log of a RUN that shows it', () => {
        const log = readFileSync(
          join(workspace.root, `dist/images/curious/build-${HOST_PLATFORM.slice(6)}.log`),
          'utf8',
        );
        // Whose RUNs see the builder's own files; buildah, and with it the stand-in, gives them a root of their own.
        if (builder.name === 'kaniko' && KANIKO !== undefined) expect(log).toMatch(/^found .*"auth":"\*\*\*"/m);
        else expect(log).not.toMatch(/^found /m);
      });

      it('keeps its secret out of what was pushed', () => {
        const data = join(closed.directory, 'data');
        expect(filesWith(data, ['curious'])).not.toEqual([]);
        expect(filesWith(data, SECRETS)).toEqual([]);
      });

      it('keeps its secret out of the arguments of every process, and out of the environment of builders', () => {
        const starts = recording.starts();
        expect(new Set(starts.map(({ name }) => name))).toEqual(new Set(Object.keys(builder.programs())));
        for (const { name, argv, env } of starts) {
          const seen = name === 'git' ? argv : [...argv, ...env];
          for (const secret of SECRETS) expect(seen.join('\n')).not.toContain(secret);
        }
      });

      it('leaves no private file behind', () => {
        expect(readdirSync(join(workspace.root, '.nx/cache/hephy/work'))).toEqual([]);
        expect(readdirSync(join(scratch, 'tmp'))).toEqual([]);
      });

      it('refuses another login, which is not shown either', async () => {
        const refused = await build(WRONG);
        expect(refused.code).not.toBe(0);
        expect(errorOf(resultOf(workspace, 'curious'))).toMatchObject({ code: 'REGISTRY_DENIED' });
        const secrets = [WRONG, Buffer.from(`${username}:${WRONG}`).toString('base64')];
        for (const secret of secrets) expect(refused.output).not.toContain(secret);
        expect(filesWith(workspace.root, secrets, ['node_modules'])).toEqual([]);
      });
    });
  }
});

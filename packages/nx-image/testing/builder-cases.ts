import type { ErrorCode } from '../src/errors/codes';

/** `ok` takes everything; `mirror` is its path that answers for docker.io; nobody listens at `closed`. */
export type RegistryName = 'ok' | 'readOnly' | 'login' | 'closed' | 'immutable';

export interface BuilderCase {
  readonly name: string;
  /** `{ok}` and the like stand for the hosts; `{base}` for an image with a shell, `{foreign}` for one whose shell is of another architecture. */
  readonly dockerfile: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly mirror?: boolean;
  /** With the login of the registry that asks for one. */
  readonly login?: boolean;
  readonly destination?: RegistryName;
  /** undefined: it is pushed. */
  readonly fails?: { readonly code: ErrorCode; readonly message: RegExp };
}

/** What every builder must do and say alike. */
export const BUILDER_CASES: readonly BuilderCase[] = [
  { name: 'copies a file', dockerfile: 'FROM scratch\nCOPY a /a\n', files: { a: 'a' } },
  {
    name: 'runs in several stages',
    dockerfile:
      'FROM {base} AS one\nRUN echo made > /made\nFROM {base}\nCOPY --from=one /made /got\nRUN read line < /got && echo "$line" > /read\nCMD ["/bin/sh"]\n',
  },
  {
    name: 'asks the mirror',
    dockerfile: 'FROM docker.io/library/base:shell\nCOPY a /a\n',
    files: { a: 'a' },
    mirror: true,
  },
  {
    name: 'logs in',
    dockerfile: 'FROM scratch\nCOPY a /a\n',
    files: { a: 'a' },
    destination: 'login',
    login: true,
  },
  {
    name: 'a RUN that fails',
    dockerfile: 'FROM {base}\nRUN echo before\nRUN echo start && exit 42\n',
    fails: { code: 'BUILD_RUN_FAILED', message: /^RUN echo start && exit 42 failed with exit code 42$/ },
  },
  {
    name: 'a RUN of a missing command',
    dockerfile: 'FROM {base}\nRUN no-such-command\n',
    fails: { code: 'BUILD_RUN_FAILED', message: /^RUN no-such-command failed with exit code 127$/ },
  },
  {
    name: 'a RUN of a missing program',
    dockerfile: 'FROM {base}\nRUN ["/no/such"]\n',
    fails: { code: 'BUILD_RUN_FAILED', message: /could not start \/no\/such: no such file or directory$/ },
  },
  {
    name: 'a RUN that is killed',
    dockerfile: 'FROM {base}\nRUN kill -9 $$\n',
    fails: { code: 'BUILD_RUN_FAILED', message: /^RUN kill -9 \$\$ / },
  },
  {
    name: 'a RUN for another architecture',
    dockerfile: 'FROM {foreign}\nRUN true\n',
    fails: { code: 'BUILD_EXEC_FORMAT', message: /^RUN true runs a program of another architecture$/ },
  },
  {
    name: 'a missing base',
    dockerfile: 'FROM {ok}/team/none:t\nRUN true\n',
    fails: { code: 'BASE_NOT_FOUND', message: /team\/none/ },
  },
  {
    name: 'a base behind a login',
    dockerfile: 'FROM {login}/team/none:t\nRUN true\n',
    fails: { code: 'REGISTRY_DENIED', message: /base image denied access/ },
  },
  {
    name: 'a base whose registry is down',
    dockerfile: 'FROM {closed}/team/none:t\nRUN true\n',
    fails: { code: 'REGISTRY_UNREACHABLE', message: /base image did not answer.*connection refused/ },
  },
  {
    name: 'a missing target',
    dockerfile: 'FROM {base} AS one\n',
    target: 'two',
    fails: { code: 'DOCKERFILE_TARGET_MISSING', message: /has no stage two$/ },
  },
  {
    name: 'an unknown instruction',
    dockerfile: 'FROM {base}\nFOO bar\n',
    fails: { code: 'DOCKERFILE_INVALID', message: /unknown instruction.*FOO/i },
  },
  {
    name: 'a missing file',
    dockerfile: 'FROM scratch\nCOPY none /a\n',
    fails: { code: 'BUILD_FAILED', message: /none.*no such file or directory/ },
  },
  {
    name: 'a registry that refuses writes',
    dockerfile: 'FROM scratch\nCOPY a /a\n',
    files: { a: 'a' },
    destination: 'readOnly',
    fails: { code: 'BUILD_PUSH_REFUSED', message: /405/ },
  },
  {
    name: 'a tag that may not move',
    dockerfile: 'FROM scratch\nCOPY a /a\n',
    files: { a: 'a' },
    destination: 'immutable',
    fails: { code: 'BUILD_PUSH_REFUSED', message: /refused the push.*immutable/ },
  },
  {
    name: 'a push without a login',
    dockerfile: 'FROM scratch\nCOPY a /a\n',
    files: { a: 'a' },
    destination: 'login',
    fails: { code: 'REGISTRY_DENIED', message: /denied the push/ },
  },
  {
    name: 'a push to a registry that is down',
    dockerfile: 'FROM scratch\nCOPY a /a\n',
    files: { a: 'a' },
    destination: 'closed',
    fails: { code: 'REGISTRY_UNREACHABLE', message: /push to did not answer.*connection refused/ },
  },
];

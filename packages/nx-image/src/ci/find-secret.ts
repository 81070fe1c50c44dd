/** A secret that would be told. */
export interface Secret {
  /** Where it is from, for messages: the name of a variable. */
  readonly source: string;
  readonly value: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Variables that hold nothing but a secret. */
const NAMES =
  /^(?:CI_(?:JOB_TOKEN|REGISTRY_PASSWORD|DEPLOY_PASSWORD|DEPENDENCY_PROXY_PASSWORD|BUILD_TOKEN|REPOSITORY_TOKEN)|CI_JOB_JWT.*|GITHUB_TOKEN|GH_TOKEN|NPM_TOKEN|NODE_AUTH_TOKEN|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|HEPHY_ID_TOKEN|ACTIONS_.*_TOKEN)$/;

/** Words between underscores of a name that say what its value is, and of other names that they name something beside a secret: where it lies, who it is for. */
const SECRET_WORDS =
  /_(?:TOKEN|PASSWORD|PASSWD|PASSPHRASE|PASS|SECRET|SECRETS|CREDENTIAL|CREDENTIALS|(?:PRIVATE|API|ACCESS|SIGNING|DEPLOY|SSH)_KEY)_/;
const DOUBTFUL_WORDS = /_(?:KEY|AUTH|PAT|PSK)_/;
const OTHER_WORDS = /_(?:PUBLIC|FILE|PATH|DIR|URL|URI|HOST|NAME|ID|SOCK|TTL|TYPE|VERSION)_/;

/** Shorter ones stand in any text; GitLab masks none of them either: https://docs.gitlab.com/ci/variables/#mask-a-cicd-variable */
const LEAST = 8;

/**
 * What the environment holds that a pipeline must not say: what a variable's name says is a secret.
 * @param named variables that are meant to be told: of these, names count that may say so
 */
export function secretsIn(env: Env, named: ReadonlySet<string> = new Set()): readonly Secret[] {
  return Object.entries(env).flatMap(([source, value]): readonly Secret[] => {
    if (value === undefined) return [];
    if (NAMES.test(source) || isSecretName(source, named.has(source))) return [{ source, value }];
    if (source === 'DOCKER_AUTH_CONFIG') return loginsIn(value).map((one) => ({ source, value: one }));
    return [];
  });
}

function isSecretName(name: string, alsoDoubtful: boolean): boolean {
  const words = `_${name.toUpperCase()}_`;
  if (OTHER_WORDS.test(words)) return false;
  return SECRET_WORDS.test(words) || (alsoDoubtful && DOUBTFUL_WORDS.test(words));
}

/** The first secret that the text holds: as it is, or as JSON, YAML, a URL or base64 write it. undefined: none. */
export function findSecret(text: string, secrets: readonly Secret[]): Secret | undefined {
  return secrets.find(({ value }) => value.length >= LEAST && formsOf(value).some((form) => text.includes(form)));
}

function formsOf(value: string): readonly string[] {
  const quoted = JSON.stringify(value).slice(1, -1);
  const encoded = encodeURIComponent(Buffer.from(value).toString());
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  return [
    ...new Set([value, quoted, value.replaceAll("'", "''"), value.replaceAll("'", String.raw`'\''`), encoded, base64]),
  ];
}

/** Of docker's config.json: https://docs.docker.com/reference/cli/docker/login/ */
function loginsIn(text: string): readonly string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/"(?:auth|password|identitytoken|registrytoken)"\s*:\s*"((?:[^"\\]|\\.)*)"/g)) {
    const value = match[1] ?? '';
    found.push(value);
    const plain = Buffer.from(value, 'base64').toString('utf8');
    const password = plain.slice(plain.indexOf(':') + 1);
    if (plain.includes(':') && !password.includes('\ufffd')) found.push(password);
  }
  return found;
}

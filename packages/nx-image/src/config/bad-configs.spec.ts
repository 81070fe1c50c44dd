import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatLocation } from '../errors/format-location';
import { HephyErrors, type HephyError } from '../errors/hephy-error';
import { loadBuildConfig } from './load-build-config';

const DIRECTORY = join(__dirname, 'fixtures/bad');

/** What each file of the directory gives, all of it: `line:column CODE what; hint`, or the beginning of that. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'alias-before-anchor': ['1:9 CONFIG_SYNTAX `*l` names no anchor'],
  'alias-bomb': ['5:37 CONFIG_TOO_LARGE the file holds more than 10000 values, aliases written out'],
  'alias-in-itself': ['2:5 CONFIG_SYNTAX `*a` stands inside what it names'],
  'arg-bad-name': ['2:5 CONFIG_INVALID `1A` is no name of a build argument'],
  'arg-bare-in-mapping': [
    '3:3 CONFIG_INVALID the build argument `B` has no value; Write `B: value` (`B: ""` for an empty one). To pass an environment va',
  ],
  'arg-bare': [
    '3:5 CONFIG_INVALID the build argument `NPM_TOKEN` has no value; Write `NPM_TOKEN=value` (`NPM_TOKEN=` for an empty one). To pass an en',
  ],
  'arg-is-mapping': ['2:5 CONFIG_INVALID entry 1 of `build_args` is a mapping, not text'],
  'arg-no-name': ['1:14 CONFIG_INVALID a build argument has no name'],
  'arg-registry': ['2:5 CONFIG_INVALID hephy passes ECR_REGISTRY by itself'],
  'arg-twice-in-mapping': ['3:3 CONFIG_SYNTAX `A` is given twice in one mapping'],
  'arg-twice': ['4:5 CONFIG_INVALID the build argument `A` is given twice'],
  'arg-variable-default': ['2:5 CONFIG_INVALID `${B:-1}` is not expanded'],
  'arg-variable-not-in-env': [
    '3:5 CONFIG_INVALID the variable `APP_VERSON` is used but not named under `env`; Name it: `env: [APP_VERSION, APP_VERSON]`. Or did you mean `${APP_VERS',
  ],
  'args-text': ['1:13 CONFIG_INVALID `build_args` is text, not a list or a mapping'],
  'bom-and-unknown-key': ['1:1 CONFIG_INVALID `platform` is not known; Did you mean `platforms`?'],
  'bracket-not-closed': ['1:12 CONFIG_SYNTAX this bracket is not closed'],
  'builder-unknown': ['1:16 CONFIG_INVALID `kanico` is nothing that `build_backend` can be; Did you mean `kaniko`?'],
  'builder-unsupported': ['1:16 CONFIG_UNSUPPORTED the builder `buildkit` is not supported yet'],
  'cache-yes': ['1:8 CONFIG_INVALID `yes` is nothing that `cache` can be; Write `true` or `false`.'],
  'context-backslash': ['1:15 CONFIG_INVALID `a\\b` holds a backslash'],
  'context-escapes': ['1:15 CONFIG_INVALID `..` leads out of the source'],
  'control-character-escaped': ['1:9 CONFIG_INVALID the text holds a control character'],
  'control-character': ['1:10 CONFIG_SYNTAX the file holds the control character U+0007'],
  'crlf-unknown-key': ['3:1 CONFIG_INVALID `contxt_path` is not known; Did you mean `context_path`?'],
  directive: ['1:1 CONFIG_SYNTAX YAML directives are not read'],
  'docker-context-url': ['1:15 CONFIG_INVALID a URL is no path'],
  'dockerfile-absolute': ['1:18 CONFIG_INVALID `/etc/Dockerfile` is an absolute path'],
  'dockerfile-directory': ['1:18 CONFIG_INVALID `deploy/` names a directory, not a file'],
  'dockerfile-escapes': ['1:18 CONFIG_INVALID `a/../../Dockerfile` leads out of the source'],
  'dockerfile-from-upstream-of-nothing': [
    '1:1 CONFIG_INVALID `dockerfile_from: upstream` is given without `upstream_repo`',
  ],
  'dockerfile-leading-dash': ['1:18 CONFIG_INVALID `./-Dockerfile` begins with `-`, as options do'],
  'dockerfile-line-break': ['1:18 CONFIG_INVALID a path holds no line breaks or control characters'],
  'dockerfile-list': ['1:18 CONFIG_INVALID `dockerfile_path` is a list, not text'],
  'document-list': ['2:1 CONFIG_SYNTAX the file is a list, not a mapping'],
  'document-text': ['1:1 CONFIG_SYNTAX the file is text, not a mapping'],
  'documents-two': ['2:1 CONFIG_SYNTAX a second document begins here'],
  'env-bad-name': ['1:7 CONFIG_INVALID `A-B` is no name of an environment variable'],
  'env-twice': ['1:13 CONFIG_INVALID `A` is given twice'],
  'max-age-bad': ['1:10 CONFIG_INVALID `7 days` is no age that an image may have'],
  'max-age-too-short': ['1:10 CONFIG_INVALID `30m` is no age that an image may have'],
  'epoch-bad': ['1:8 CONFIG_INVALID `a b` is no epoch'],
  'escape-bad': ['1:17 CONFIG_SYNTAX this escape is none in YAML'],
  indentation: ['3:3 CONFIG_SYNTAX the indentation fits nothing above'],
  'key-list': ['1:3 CONFIG_SYNTAX a list or a mapping is no key'],
  'key-twice': ['3:1 CONFIG_SYNTAX `target` is given twice in one mapping'],
  'key-unknown-camel': ['1:1 CONFIG_INVALID `upstreamRepo` is not known; Did you mean `upstream_repo`?'],
  'key-unknown-no-guess': [
    '1:1 CONFIG_INVALID `frobnicate` is not known; Known are version, description, upstream_repo, upstream_ref, upstream_',
  ],
  'key-unknown-part': ['1:1 CONFIG_INVALID `tags` is not known; Did you mean `additional_tags`?'],
  'key-unknown': ['1:1 CONFIG_INVALID `dockerfile-path` is not known; Did you mean `dockerfile_path`?'],
  'key-upper-case': ['1:1 CONFIG_INVALID `PLATFORMS` is not known; Did you mean `platforms`?'],
  'label-bad-name': ['2:3 CONFIG_INVALID `a b` is no name of a label'],
  'label-empty': ['2:3 CONFIG_INVALID `a` of `labels` is empty'],
  'label-list-value': ['2:6 CONFIG_INVALID `a` of `labels` is a list, not text'],
  'labels-list': ['2:3 CONFIG_INVALID `labels` is a list, not a mapping'],
  'manual-build-word': [
    '2:15 CONFIG_INVALID `sometimes` is nothing that `manual_build` can be; Write `true` or `false`.',
  ],
  'many-problems': [
    '1:13 CONFIG_INVALID `linux/amd46` is no platform that images are built for; Did you mean `linux/amd64`?',
    '2:19 CONFIG_INVALID `a b` is no tag',
    '2:32 CONFIG_INVALID the tag `latest` is given twice',
    '3:1 CONFIG_INVALID `upstream_repo` is given without `upstream_ref`',
    '4:1 CONFIG_INVALID `use_local_context` and `upstream_repo` exclude each other',
    '5:1 CONFIG_INVALID `foo` is not known; Known are version, description, upstream_repo, upstream_ref, upstream_',
  ],
  'merge-of-text': ['2:3 CONFIG_SYNTAX `<<` merges mappings, and this is none'],
  'nested-too-deep': ['1:1 CONFIG_SYNTAX the values are nested too deeply'],
  'no-space-after-colon': ['2:1 CONFIG_SYNTAX a key has no colon, or reaches over lines'],
  'not-utf-8': ['2:17 CONFIG_SYNTAX the file is not UTF-8'],
  nul: ['1:10 CONFIG_SYNTAX the file holds the control character U+0000'],
  'platform-darwin': ['1:13 CONFIG_INVALID `darwin/arm64` is no platform that images are built for'],
  'platform-empty-entry': [
    '3:4 CONFIG_INVALID entry 2 of `platforms` is empty; Write it as `platforms: [linux/amd64, linux/arm64]`.',
  ],
  'platform-misspelt': [
    '2:5 CONFIG_INVALID `linux/amd46` is no platform that images are built for; Did you mean `linux/amd64`?',
  ],
  'platform-twice': ['1:39 CONFIG_INVALID `linux/arm64/v8` is the same as `linux/arm64`'],
  'platforms-empty': [
    '1:12 CONFIG_INVALID `platforms` is empty; Write it as `platforms: [linux/amd64, linux/arm64]`, or leave it out.',
  ],
  'platforms-text': [
    '1:12 CONFIG_INVALID `platforms` is text, not a list; Write it as `platforms: [linux/amd64, linux/arm64]`, or leave it out.',
  ],
  'quote-not-closed': ['1:14 CONFIG_SYNTAX this quote is not closed'],
  'ref-bad': ['2:15 CONFIG_INVALID `v1..2` is no ref that git allows'],
  'ref-leading-dash': ['2:15 CONFIG_INVALID `--upload-pack=x` begins with `-`, as options do'],
  'ref-missing': ['2:1 CONFIG_INVALID `upstream_repo` is given without `upstream_ref`'],
  'ref-space': ['3:1 CONFIG_INVALID `upstream_ref_` is not known; Did you mean `upstream_ref`?'],
  'ref-without-repo': ['1:1 CONFIG_INVALID `upstream_ref` is given without `upstream_repo`'],
  'repo-credentials': ['1:16 UPSTREAM_URL_INVALID the address holds credentials'],
  'repo-ext-no-space': ['1:16 UPSTREAM_URL_INVALID an address with `::` makes git start a program'],
  'repo-ext': ['1:16 UPSTREAM_URL_INVALID the address holds white space'],
  'repo-file': ['1:16 UPSTREAM_URL_INVALID `file:` is not fetched from: https, http, ssh and git are'],
  'repo-fragment': ['1:16 UPSTREAM_URL_INVALID the address has a part behind `#`'],
  'repo-host-dash': ['1:16 UPSTREAM_URL_INVALID `-oProxyCommand=id` is no host'],
  'repo-leading-dash': ['1:16 UPSTREAM_URL_INVALID the address begins with `-`, as options do'],
  'repo-line-break': ['1:16 UPSTREAM_URL_INVALID the address holds white space'],
  'repo-no-scheme': ['1:16 UPSTREAM_URL_INVALID `github.com/curl/curl` is no address that git fetches from'],
  'repo-path': ['1:16 UPSTREAM_URL_INVALID a path of this machine is no upstream repository'],
  'repo-token': ['1:16 UPSTREAM_URL_INVALID the address holds credentials'],
  'reproducible-quoted-word': [
    '1:15 CONFIG_INVALID `on` is nothing that `reproducible` can be; Write `true` or `false`.',
  ],
  'reserved-character': ['1:14 CONFIG_SYNTAX plain text cannot begin with this character'],
  'second-colon': ['1:14 CONFIG_SYNTAX a colon and a space make a second mapping in one line'],
  'tab-indentation': ['2:1 CONFIG_SYNTAX a tab is used as indentation'],
  'tag-empty': ['1:19 CONFIG_INVALID a tag is empty'],
  'tag-latest-fixed': ['2:11 CONFIG_INVALID `latest` always moves'],
  'tag-leading-dot': ['1:19 CONFIG_INVALID `.hidden` is no tag'],
  'tag-list': ['2:5 CONFIG_INVALID entry 1 of `additional_tags` is a list, not text'],
  'tag-moving-word': [
    '3:13 CONFIG_INVALID `often` is nothing that `moving` of entry 1 of `additional_tags` can be; Write `true` or `false`.',
  ],
  'tag-placeholder-unknown': ['1:19 CONFIG_INVALID `{version}` is no tag'],
  'tag-ref-no-tag': ['5:5 CONFIG_INVALID `feature/x`, which `{upstream_ref}` becomes, is no tag'],
  'tag-ref-without-upstream': ['1:19 CONFIG_INVALID `{upstream_ref}` needs an upstream_ref, and there is none'],
  'tag-slash': ['1:19 CONFIG_INVALID `a/b` is no tag'],
  'tag-twice-expanded': ['3:23 CONFIG_INVALID the tag `v1` is given twice'],
  'tag-twice': ['1:31 CONFIG_INVALID the tag `v1` is given twice'],
  'tag-unknown-key': [
    '3:5 CONFIG_INVALID `movin` is not known in entry 1 of `additional_tags`; Did you mean `moving`?',
  ],
  'tag-without-name': ['2:5 CONFIG_INVALID `tag` of entry 1 of `additional_tags` is missing'],
  'target-leading-dash': ['1:9 CONFIG_INVALID `-x` is no name of a stage'],
  'timeout-bad': ['1:10 CONFIG_INVALID `30 minutes` is no time that a build may take'],
  'timeout-zero': ['1:10 CONFIG_INVALID `0` is no time that a build may take'],
  'unsupported-ko-config': ['2:1 CONFIG_UNSUPPORTED `ko_config` is not supported yet'],
  'unsupported-manual-images': ['2:1 CONFIG_UNSUPPORTED `manual_images` is not supported yet'],
  'unsupported-secrets': ['2:1 CONFIG_UNSUPPORTED `secrets` is not supported yet'],
  'unsupported-targets': ['2:1 CONFIG_UNSUPPORTED `targets` is not supported yet'],
  'upstream-moving-without-repo': ['1:1 CONFIG_INVALID `upstream_moving` is given without `upstream_repo`'],
  'use-local-context-and-upstream': ['3:1 CONFIG_INVALID `use_local_context` and `upstream_repo` exclude each other'],
  'use-local-context-false': ['1:1 CONFIG_INVALID without `upstream_repo` there is only the local context'],
  'utf-16': ['1:1 CONFIG_SYNTAX the file is UTF-16, not UTF-8'],
  'variant-bad-name': [
    '2:3 CONFIG_INVALID `de--bug` is no name of a variant',
    '3:3 CONFIG_INVALID `Debug` is no name of a variant',
    '4:3 CONFIG_INVALID `debug-` is no name of a variant',
    '5:3 CONFIG_INVALID `.d` is no name of a variant',
    '6:3 CONFIG_INVALID `__proto__` is no name; Use another.',
  ],
  'variant-empty': ['2:19 CONFIG_INVALID the variant says nothing that differs; Give it a `target`, or remove it.'],
  'variant-no-mapping': [
    '2:10 CONFIG_INVALID `debug` of `variants` is text, not a mapping; Write it as `variants: { debug: { target: debug, build_args: [DEBUG=1] } }`.',
  ],
  'variant-nothing': [
    '2:3 CONFIG_INVALID `debug` of `variants` is empty; Write it as `variants: { debug: { target: debug, build_args: [DEBUG=1] } }`.',
  ],
  'variant-platform-twice': ['2:37 CONFIG_INVALID `linux/arm64/v8` is the same as `linux/arm64`; Keep one of them.'],
  'variant-unknown-key': [
    '3:5 CONFIG_INVALID `targets` is not known in `debug` of `variants`; Did you mean `target`?',
    '4:5 CONFIG_INVALID `frobnicate` is not known in `debug` of `variants`; Known are target, build_args, labels, platforms, additional_tags.',
    '5:5 CONFIG_INVALID `context_path` is not known in `debug` of `variants`',
  ],
  'variant-values': [
    "6:13 CONFIG_INVALID `-x` is no name of a stage; Write the name behind `AS` in the Dockerfile, or the stage's number.",
    '7:17 CONFIG_INVALID `linux/amd46` is no platform that images are built for; Did you mean `linux/amd64`?',
    '8:18 CONFIG_INVALID the build argument `A` has no value',
    '8:21 CONFIG_INVALID the variable `VERSON` is used but not named under `env`; Name it: `env: [VERSION, VERSON]`. Or did you mean `${VERSION}`?',
    '8:36 CONFIG_INVALID entry 3 of `build_args` of `debug` of `variants` is a mapping, not text',
    '9:15 CONFIG_INVALID `a b` is no name of a label; Name it as `org.opencontainers.image.title`.',
    '9:28 CONFIG_INVALID `d` of `labels` of `debug` of `variants` is a list, not text; Write it as `labels: { org.opencontainers.image.title: curl }`.',
    '10:31 CONFIG_INVALID the tag `latest` is given twice; Keep one of them.',
    '10:39 CONFIG_INVALID `feature/x`, which `{upstream_ref}` becomes, is no tag',
    '10:68 CONFIG_INVALID `movin` is not known in entry 4 of `additional_tags` of `debug` of `variants`; Did you mean `moving`?',
    '12:16 CONFIG_INVALID `platforms` of `other` of `variants` is empty; Write it as `platforms: [linux/amd64, linux/arm64]`, or leave it out.',
    '14:7 CONFIG_INVALID the build argument `A` has no value',
    '16:16 CONFIG_INVALID `latest` always moves; Write it without `moving: false`, or use another tag.',
    '17:5 CONFIG_INVALID `labels` of `other` of `variants` is empty; Write it as `labels: { org.opencontainers.image.title: curl }`, or leave it out.',
  ],
  'variants-empty': [
    '1:11 CONFIG_INVALID `variants` is empty; Name a variant, as `debug: { target: debug }`, or leave it out.',
  ],
  'variants-list': [
    '2:3 CONFIG_INVALID `variants` is a list, not a mapping; Write it as `variants: { debug: { target: debug, build_args: [DEBUG=1] } }`, or leave it out.',
  ],
  'version-2': ['1:10 CONFIG_INVALID version `2` of this format is not known'],
  'yaml-tag': ['1:9 CONFIG_SYNTAX YAML tags are not read'],
};

function errorsOf(name: string): readonly HephyError[] {
  const file = `${name}.yaml`;
  try {
    loadBuildConfig(readFileSync(join(DIRECTORY, file)), file);
  } catch (error) {
    if (error instanceof HephyErrors) return error.errors;
    throw error;
  }
  return [];
}

describe('bad configs', () => {
  it('are at least 60, and each is expected', () => {
    const files = readdirSync(DIRECTORY).map((file) => file.replace(/\.yaml$/, ''));
    expect(files.sort()).toEqual(Object.keys(EXPECTED).sort());
    expect(files.length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.entries(EXPECTED))('%s', (name, expected) => {
    const shown = errorsOf(name).map(({ where, code, message, hint }) => {
      expect(where?.file).toBe(`${name}.yaml`);
      expect(hint).toMatch(/[.?]$/);
      return `${formatLocation({ ...where, file: '' }).slice(1)} ${code} ${message}; ${hint ?? ''}`;
    });
    expect(shown.map((text, index) => text.slice(0, expected[index]?.length))).toEqual(expected);
  });

  it('never repeat a secret', () => {
    for (const name of Object.keys(EXPECTED)) {
      for (const { message, hint } of errorsOf(name)) expect(`${message} ${hint ?? ''}`).not.toContain('hunter2');
    }
  });
});

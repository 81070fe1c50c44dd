import { checkHolds } from './check-holds';
import { heldVersion } from './held-version';
import { loadBuildConfig } from './load-build-config';
import { imagesOf } from './variant';

const FILE = 'projects/web/build-config.yaml';
const WEB = 'web-20261120-1a2b3c4';
const DEBUG = 'web-debug-20261120-1a2b3c4';
const imagesAt = (text: string) => imagesOf('projects/web', FILE, loadBuildConfig(text, FILE));
const VARIANTS = 'variants:\n  debug: { target: debug }\n';

function errorsOf(text: string): readonly string[] {
  return checkHolds(imagesAt(text)).map(
    ({ code, where, message }) => `${where?.line}:${where?.column} ${code} ${message}`,
  );
}

describe('checkHolds', () => {
  it.each([
    ['no version', ''],
    ['one', `hold: ${WEB}\n`],
    ['one of each image', `${VARIANTS}hold: [${DEBUG}, ${WEB}]\n`],
    ['one of a variant alone', `${VARIANTS}hold: ${DEBUG}\n`],
  ])('takes %s', (_, text) => {
    expect(errorsOf(text)).toEqual([]);
  });

  it('finds a version of another image, at its place', () => {
    expect(errorsOf('epoch: 2\nhold: api-20261120-1a2b3c4\n')).toEqual([
      '2:7 CONFIG_INVALID `api-20261120-1a2b3c4` is no version of `web`',
    ]);
    expect(errorsOf(`hold: ${DEBUG}\n`)).toEqual([`1:7 CONFIG_INVALID \`${DEBUG}\` is no version of \`web\``]);
  });

  it('finds two of one image', () => {
    expect(errorsOf(`hold:\n  - ${WEB}\n  - ${WEB}-2\n`)).toEqual([
      `3:5 CONFIG_INVALID two versions of \`web\` are held: \`${WEB}\` and \`${WEB}-2\``,
    ]);
  });
});

describe('heldVersion', () => {
  it('is that of the image, with its place', () => {
    const [web, debug] = imagesAt(`${VARIANTS}hold: [${DEBUG}, ${WEB}]\n`);
    expect(heldVersion(web)).toEqual({ version: WEB, where: { file: FILE, line: 3, column: 36 } });
    expect(debug && heldVersion(debug)).toMatchObject({ version: DEBUG, where: { line: 3 } });
    expect(imagesAt(`${VARIANTS}hold: ${DEBUG}\n`).map((image) => heldVersion(image)?.version)).toEqual([
      undefined,
      DEBUG,
    ]);
  });
});

it.each(['latest', 'web', 'web-latest', '20261120-1a2b3c4', '-20261120-1a2b3c4'])('%s is no version tag', (hold) => {
  expect(() => loadBuildConfig(`hold: ${hold}\n`, FILE)).toThrow(`\`${hold}\` is no version tag`);
});

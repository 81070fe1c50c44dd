import { main } from './main';

let out: string;
let errors: string;
beforeEach(() => {
  out = '';
  errors = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A process runs one command. */
async function call(argv: readonly string[]): Promise<number> {
  const before = new Map([process.stdout, process.stderr].map((stream) => [stream, stream.listeners('error')]));
  const code = await main(argv);
  for (const [stream, listeners] of before) {
    for (const listener of stream.listeners('error'))
      if (!listeners.includes(listener)) stream.removeListener('error', listener as () => void);
  }
  return code;
}

async function commands(): Promise<readonly string[]> {
  await call(['--help']);
  const names = [...out.matchAll(/^ {2}hephy ([a-z]\S*)/gm)].map(([, name = '']) => name);
  out = '';
  return names;
}

test('help of all commands names each, and each has help that is no error', async () => {
  const names = await commands();
  expect(names).toEqual(expect.arrayContaining(['base', 'pipeline', 'publish', 'context', 'where-used']));
  for (const name of names) {
    for (const argv of [
      [name, '--help'],
      [name, 'x', '-h'],
      ['help', name],
    ]) {
      out = '';
      expect(await call(argv)).toBe(0);
      expect(out).toMatch(new RegExp(`^  hephy ${name}\\b`));
      expect(out).not.toContain('FAILED');
    }
  }
  expect(errors).toBe('');
});

test('help of the planner has its flags, and the variables that say the same', async () => {
  expect(await call(['pipeline', 'gitlab', '--help'])).toBe(0);
  for (const word of ['--merge-requests=push|build', '--levels', '--buildah-image', 'HEPHY_CI_BUILDAH_IMAGE'])
    expect(out).toContain(word);
});

test('called wrongly, a command says how it is called', async () => {
  expect(await call(['pipeline', 'jenkins'])).toBe(2);
  expect(errors).toMatch(/^hephy pipeline: it takes the CI system[^]*--merge-requests/);
  expect(errors).not.toContain('hephy rollback');
});

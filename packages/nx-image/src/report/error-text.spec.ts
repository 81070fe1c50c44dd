import { HephyError, HephyErrors } from '../errors/hephy-error';
import { errorText, toResultError } from './error-text';

const plain = { color: false };
const ESC = '\u001b';

const failedRun = new HephyError('BUILD_RUN_FAILED', 'RUN make install ended with exit code 2.', {
  where: { file: 'projects/web/Dockerfile', line: 4, column: 1 },
  hint: 'Run it by hand in the stage before.\nOr raise the timeout.',
  output: ['gcc -c a.c', '', 'make: *** [install] Error 2  '],
  log: 'dist/images/web/build-arm64.log',
});

describe('errorText', () => {
  it('puts code, place and what in one line, then hint, output and log', () => {
    expect(errorText(failedRun, plain)).toBe(
      [
        'BUILD_RUN_FAILED projects/web/Dockerfile:4:1: RUN make install ended with exit code 2.',
        '  Run it by hand in the stage before.',
        '  Or raise the timeout.',
        '    gcc -c a.c',
        '',
        '    make: *** [install] Error 2',
        '  log: dist/images/web/build-arm64.log',
      ].join('\n'),
    );
  });

  it('says the same of an error out of a result file', () => {
    const stored: unknown = JSON.parse(JSON.stringify(toResultError(failedRun)));
    expect(errorText(stored, plain)).toBe(errorText(failedRun, plain));
  });

  it('leaves out what is not known', () => {
    expect(errorText(new HephyError('REGISTRY_NOT_CONFIGURED', 'No registry is configured.'), plain)).toBe(
      'REGISTRY_NOT_CONFIGURED No registry is configured.',
    );
  });

  it('shows the last twenty lines, and where the others are', () => {
    const output = Array.from({ length: 23 }, (_, index) => `line ${index + 1}`);
    const lines = errorText(new HephyError('BUILD_FAILED', 'It failed.', { output, log: 'web.log' }), plain).split(
      '\n',
    );
    expect(lines[1]).toBe('    (3 more lines are in the log)');
    expect(lines[2]).toBe('    line 4');
    expect(lines.at(-2)).toBe('    line 23');
    expect(lines).toHaveLength(23);
  });

  it('gives each of several problems its own lines', () => {
    const where = (line: number) => ({ where: { file: 'web/build-config.yaml', line, column: 3 } });
    const errors = new HephyErrors([
      new HephyError('CONFIG_INVALID', 'unknown key `platfroms`', { ...where(2), hint: 'write `platforms`' }),
      new HephyError('CONFIG_INVALID', 'the same tag twice', where(7)),
    ]);
    expect(errorText(errors, plain)).toBe(
      [
        'CONFIG_INVALID web/build-config.yaml:2:3: unknown key `platfroms`',
        '  write `platforms`',
        'CONFIG_INVALID web/build-config.yaml:7:3: the same tag twice',
      ].join('\n'),
    );
  });

  it('has no stack for what a user caused', () => {
    const caused = new HephyError('REGISTRY_UNREACHABLE', 'It does not answer.', { cause: new Error('ECONNREFUSED') });
    expect(errorText(caused, plain)).not.toMatch(/^\s+at /m);
  });

  it('calls anything else a bug, with the stacks', () => {
    const text = errorText(new TypeError('x is undefined', { cause: new Error('inner') }), plain);
    expect(text).toMatch(/^BUG TypeError: x is undefined\n\s+at /);
    expect(text).toMatch(/\ncaused by Error: inner\n\s+at /);
    expect(text.split('\n').at(-1)).toBe(
      '  This is a bug in hephy, not in what you wrote. Please report it with the lines above.',
    );
    expect(errorText({ odd: 1 }, plain)).toContain('BUG thrown: { odd: 1 }');
  });

  it('takes credentials out of a stack', () => {
    const text = errorText(new Error('GET https://bob:hunter2@registry.example/v2/'), plain);
    expect(text).toContain('https://***@registry.example/v2/');
    expect(text).not.toContain('hunter2');
  });

  it('shows control characters instead of obeying them, and only its own lines at the margin', () => {
    const hostile = new HephyError('UPSTREAM_REF_MISSING', `no ref v1${ESC}]0;owned\u0007\nBUG fake`, {
      output: [`${ESC}[31mred${ESC}[0m ${ESC}[2Jcleared`, 'a\rb'],
    });
    expect(errorText(hostile, plain)).toBe(
      ['UPSTREAM_REF_MISSING no ref v1\\x1b]0;owned\\x07', '  BUG fake', '    red \\x1b[2Jcleared', '    a\\x0db'].join(
        '\n',
      ),
    );
  });

  it('colours only when asked', () => {
    expect(errorText(failedRun, plain)).not.toContain(ESC);
    expect(errorText(failedRun, { color: true })).toContain(`${ESC}[31m${ESC}[1mBUILD_RUN_FAILED${ESC}[22m${ESC}[39m `);
  });
});

import { HephyError } from '../errors/hephy-error';
import { Silences } from './silences';

const open = () => new Silences(new AbortController().signal);
const fail = (code: 'REGISTRY_UNREACHABLE' | 'REGISTRY_ERROR') => () => Promise.reject(new HephyError(code, 'no'));

it('answers with what was found, or the error', async () => {
  const silences = open();
  expect(await silences.ask('a', () => Promise.resolve(1))).toBe(1);
  expect(await silences.ask('a', fail('REGISTRY_ERROR'))).toMatchObject({ code: 'REGISTRY_ERROR' });
  expect(await silences.ask('a', () => Promise.resolve(2))).toBe(2);
});

it('does not ask a host again that did not answer, and goes on asking others', async () => {
  const silences = open();
  expect(await silences.ask('a', fail('REGISTRY_UNREACHABLE'))).toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  const work = jest.fn(() => Promise.resolve(1));
  expect(await silences.ask('a', work)).toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  expect(work).not.toHaveBeenCalled();
  expect(await silences.ask('b', work)).toBe(1);
});

it('throws bugs, and the end of the run', async () => {
  await expect(open().ask('a', () => Promise.reject(new TypeError('bug')))).rejects.toThrow(TypeError);
  const controller = new AbortController();
  const silences = new Silences(controller.signal);
  const stopped = new Error('stopped');
  const asked = silences.ask('a', () => {
    controller.abort(stopped);
    return fail('REGISTRY_ERROR')();
  });
  await expect(asked).rejects.toBe(stopped);
  await expect(silences.ask('a', () => Promise.resolve(1))).rejects.toBe(stopped);
});

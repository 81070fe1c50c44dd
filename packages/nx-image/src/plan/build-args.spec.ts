import { factsOf } from '../../testing/facts';
import { expandBuildArgs } from './build-args';

const FACTS = factsOf({ env: { GOPROXY: 'https://proxy.example.com', HOME: '/root' } });
const expand = (value: string, env: string[] = []) =>
  expandBuildArgs({ buildArgs: [{ name: 'A', value }], env }, FACTS, 'web/build-config.yaml');

describe('expandBuildArgs', () => {
  it('passes the repository by itself, first', () => {
    expect(expand('1')).toEqual([
      { name: 'ECR_REGISTRY', value: 'registry.example.com/team/images' },
      { name: 'A', value: '1' },
    ]);
  });

  it('expands the repository and the variables that `env` names, and nothing else', () => {
    expect(expand('${ECR_REGISTRY}:web-latest')[1]?.value).toBe('registry.example.com/team/images:web-latest');
    expect(expand('${GOPROXY},$GOPROXY', ['GOPROXY'])[1]?.value).toBe('https://proxy.example.com,$GOPROXY');
    expect(expand('${HOME}')[1]?.value).toBe('${HOME}');
  });

  it('refuses a variable that is not set', () => {
    expect(() => expand('${MISSING}', ['MISSING'])).toThrow('the environment variable MISSING is not set');
  });
});

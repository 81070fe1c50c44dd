import { findProxy, proxySecrets } from './proxy';

const P = 'http://proxy.example:3128';
const find = (url: string, env: Record<string, string>) => findProxy(new URL(url), env)?.url.origin;

test.each([
  ['https://r.example/v2/', { HTTPS_PROXY: P }, P],
  ['https://r.example/v2/', { https_proxy: P }, P],
  ['https://r.example/v2/', { HTTPS_PROXY: '', https_proxy: P }, P],
  ['https://r.example/v2/', { HTTPS_PROXY: P, https_proxy: 'http://other' }, P],
  ['https://r.example/v2/', { HTTP_PROXY: P }, undefined],
  ['http://r.example/v2/', { HTTP_PROXY: P }, P],
  ['http://r.example/v2/', { http_proxy: 'proxy.example:3128' }, P],
  ['http://r.example/v2/', { HTTP_PROXY: 'https://me:pw@proxy.example' }, 'https://proxy.example'],
  ['http://localhost:5000/v2/', { HTTP_PROXY: P }, undefined],
  ['http://127.8.0.1:5000/v2/', { HTTP_PROXY: P }, undefined],
  ['http://[::1]:5000/v2/', { HTTP_PROXY: P }, undefined],
])('%s with %j goes through %s', (url, env, proxy) => {
  expect(find(url, env)).toBe(proxy);
});

test.each([
  ['r.example.com', '*', true],
  ['r.example.com', 'example.com', true],
  ['example.com', 'example.com', true],
  ['notexample.com', 'example.com', false],
  ['r.example.com', '.example.com', true],
  ['example.com', '.example.com', false],
  ['r.example.com', '*.example.com', true],
  ['R.Example.Com', ' other , EXAMPLE.com ', true],
  ['r.example.com:5000', 'example.com:5000', true],
  ['r.example.com:5000', 'example.com:5001', false],
  ['r.example.com', 'example.com:443', true],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.0.0.0/8', true],
  ['11.1.2.3', '10.0.0.0/8', false],
  ['10.1.2.3:5000', '10.1.2.3:5000', true],
  ['[fd00::2]:5000', 'fd00::2', true],
  ['[fd00::2]:5000', '[fd00::2]:5000', true],
  ['[fd00::2]:5000', '[fd00::2]:443', false],
  ['[fd00::2]', 'fd00::/8', true],
  ['[fe00::2]', 'fd00::/16', false],
  ['r.example.com', '10.0.0.0/99,x/8,/,,:,[', false],
])('%s is reached without a proxy by NO_PROXY=%s: %s', (host, exceptions, direct) => {
  expect(find(`https://${host}/`, { HTTPS_PROXY: P, no_proxy: exceptions }) === undefined).toBe(direct);
});

test('the login of a proxy is a header, and a secret in all its forms', () => {
  const env = { HTTPS_PROXY: 'http://me:p%40ss%3Aword@proxy.example:3128' };
  const basic = Buffer.from('me:p@ss:word').toString('base64');
  const proxy = findProxy(new URL('https://r.example'), env);
  expect(proxy).toMatchObject({ authorization: `Basic ${basic}`, variable: 'HTTPS_PROXY' });
  expect(proxy?.url.href).toBe('http://proxy.example:3128/');
  expect(proxySecrets(env)).toEqual(['p%40ss%3Aword', 'p@ss:word', basic]);
  expect(proxySecrets({ HTTP_PROXY: P })).toEqual([]);
});

test.each(['socks5://proxy:1080', 'http://', 'http://me:s3cret@', 'http://me:s3 cret@host:99999'])(
  '%s is no proxy, and not quoted',
  (value) => {
    let error: unknown;
    try {
      findProxy(new URL('https://r.example'), { HTTPS_PROXY: value });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'PROXY_INVALID' });
    expect((error as Error).message).not.toMatch(/s3/);
  },
);

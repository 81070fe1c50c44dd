import { checkRef, checkRepository } from './check-upstream';

describe('an upstream', () => {
  it.each([
    'https://github.com/curl/curl',
    'http://git.example.com:8080/curl.git',
    'ssh://git@git.example.com:2222/team/curl.git',
    'git://git.example.com/curl',
    'git@github.com:curl/curl.git',
    'https://[::1]:3000/curl',
    'https://host/?p=curl.git',
  ])('takes the address %s', (address) => {
    expect(checkRepository(address)).toBeUndefined();
  });

  it.each([
    'https://user@github.com/curl/curl',
    'ssh://git:pw@github.com/curl/curl',
    'https://github.com/curl/curl?access_token=x',
    'https://github.com',
    'https://github.com/',
    'https:///curl',
    'https://host:0/curl',
    'HTTPS://github.com/curl/curl',
    'git@github.com:',
    'git@-oProxyCommand:x',
    'git@github.com:-x',
    'fd::3',
    'ftp://host/x',
    '/srv/git/curl',
    'curl',
    'C:\\\\curl',
    `https://host/${'?a'.repeat(400_000)}`,
  ])('refuses the address %s', (address) => {
    expect(checkRepository(address)?.code).toBe('UPSTREAM_URL_INVALID');
  });

  it.each([
    'a b',
    '-x',
    'a..b',
    '/a',
    'a/',
    'a.',
    'a.lock',
    'a/.b',
    'a~1',
    'a^{}',
    'a:b',
    'a?',
    'a*',
    'a[',
    '@',
    'a@{1}',
    'a//b',
    'x'.repeat(251),
  ])('refuses the ref %s', (ref) => {
    expect(checkRef(ref)?.hint).toContain('v1.25.3');
  });

  it.each(['main', 'feature/x', 'refs/tags/v1', 'HEAD', 'v1.2.3-rc.1+build'])('takes the ref %s', (ref) => {
    expect(checkRef(ref)).toBeUndefined();
  });
});

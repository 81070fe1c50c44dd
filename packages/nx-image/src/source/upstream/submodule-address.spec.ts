import { submoduleAddress } from './submodule-address';

const HTTPS = 'https://host.example/team/app.git';
const SSH = 'git@host.example:team/app.git';

it.each([
  [HTTPS, '../lib.git', 'https://host.example/team/lib.git'],
  [`${HTTPS}/`, '../../other/lib', 'https://host.example/other/lib'],
  [HTTPS, './lib', 'https://host.example/team/app.git/lib'],
  [HTTPS, '.././../lib/', 'https://host.example/lib'],
  [SSH, '../lib.git', 'git@host.example:team/lib.git'],
  [SSH, '../../lib.git', 'git@host.example:lib.git'],
  ['ssh://git@host.example:22/team/app', '../lib', 'ssh://git@host.example:22/team/lib'],
  [HTTPS, 'https://elsewhere.example/lib', 'https://elsewhere.example/lib'],
  [HTTPS, 'git@elsewhere.example:lib', 'git@elsewhere.example:lib'],
])('%s with %s is %s', (superproject, url, address) => {
  expect(submoduleAddress(superproject, url)).toEqual({ address });
});

it.each([
  '../../../evil.example/lib',
  'ext::sh -c id',
  '-u./payload',
  '--upload-pack=touch x',
  'ssh://-oProxyCommand=touch/x',
  'file:///etc',
  '/etc',
  '..',
  '.',
  '',
  'lib',
  '~/lib',
  'https://user:secret@host.example/lib',
  'https://host.example/a/../../etc',
  'https://host.example/%2e%2E/etc',
  'git@host.example:../x',
  'https://host.example/a\nhost=evil.example',
  '../lib\n',
])('refuses %j, and repeats no secret', (url) => {
  const answer = submoduleAddress(HTTPS, url);
  expect(answer).toEqual({ what: expect.any(String) as string });
  expect(JSON.stringify(answer)).not.toContain('secret');
});

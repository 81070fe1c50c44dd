import { readTree } from './describe-image';

test('what is to be a tree and is none says nothing', () => {
  for (const text of [undefined, '', '{', 'null', '5', '{"a":{"b":1}}']) expect(readTree(text)).toBeUndefined();
});

/**
 * How much memory GitLab takes a parsed file for, and a little more. It takes 2 MB of it (`max_yaml_size_bytes`; 1 MB before 17.3) for a pipeline, whatever the file has of bytes:
 * https://docs.gitlab.com/administration/instance_limits/#maximum-size-and-depth-of-cicd-configuration-yaml-files
 * It sums up what Ruby says of each object (https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/utils/deep_size.rb). The sizes here are those of Ruby 3.3's ObjectSpace.memsize_of; 3.1's are smaller.
 */
export function parsedSize(value: unknown): number {
  if (typeof value === 'string') return stringSize(Buffer.byteLength(value));
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + parsedSize(item), arraySize(value.length));
  if (typeof value !== 'object' || value === null) return 0;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.reduce((sum, [key, item]) => sum + parsedSize(key) + parsedSize(item), hashSize(entries.length));
}

const OBJECT = 40;
const WORD = 8;
/** Of what is in the object itself. */
const SLOTS = [OBJECT, 80, 160, 320, 640];
const STRING_HEAD = 25;
/** In how many places an array that grows has room. */
const ROOMS = [20, 37, 56, 85, 128];
const SMALL_ARRAY = 3;
const SMALL_HASH = 8;

function stringSize(bytes: number): number {
  return SLOTS.find((slot) => bytes + STRING_HEAD <= slot) ?? OBJECT + bytes + 1;
}

function arraySize(length: number): number {
  if (length <= SMALL_ARRAY) return OBJECT;
  return OBJECT + WORD * (ROOMS.find((room) => length <= room) ?? Math.ceil(length * 1.5));
}

function hashSize(length: number): number {
  if (length <= SMALL_HASH) return 168;
  return 100 + 29 * 2 ** Math.ceil(Math.log2(length));
}

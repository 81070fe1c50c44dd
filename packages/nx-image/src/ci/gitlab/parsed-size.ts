/**
 * About how much memory GitLab takes a parsed file for. It takes 2 MB of it (`max_yaml_size_bytes`; 1 MB before 17.3) for a pipeline, whatever the file has of bytes:
 * https://docs.gitlab.com/administration/instance_limits/#maximum-size-and-depth-of-cicd-configuration-yaml-files
 * It sums up what Ruby says of each object: https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/utils/deep_size.rb
 */
export function parsedSize(value: unknown): number {
  if (typeof value === 'string') return OBJECT + (value.length <= EMBEDDED ? 0 : Buffer.byteLength(value) + 1);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + WORD + parsedSize(item), OBJECT);
  if (typeof value !== 'object' || value === null) return WORD;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const table = entries.length <= SMALL_HASH ? 2 * WORD * SMALL_HASH : 6 * WORD * entries.length;
  return entries.reduce((sum, [key, item]) => sum + parsedSize(key) + parsedSize(item), OBJECT + table);
}

const OBJECT = 40;
const WORD = 8;
const EMBEDDED = 23;
const SMALL_HASH = 8;

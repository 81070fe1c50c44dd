/** Of an image for both platforms, built without root. */
export const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n';

/** Files of three image directories: `web` is FROM `base`, `other` stands alone. */
export function threeImages(config: string) {
  return {
    'images/base/build-config.yaml': config,
    'images/base/Dockerfile': 'FROM scratch\nCOPY a /\n',
    'images/base/a': 'a\n',
    'images/web/build-config.yaml': config,
    'images/web/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest\nCOPY b /\n',
    'images/web/b': 'b\n',
    'images/other/build-config.yaml': config,
    'images/other/Dockerfile': 'FROM scratch\nCOPY c /\n',
    'images/other/c': 'c\n',
  };
}

#!/bin/sh
# What hephy is measured against: the builder for each image and platform, then manifest-tool for each image, in a loop.
#   bare-loop.sh PARALLEL IMAGE…      in the workspace
# From the environment: BUILDER (kaniko or buildah), REPOSITORY, VERSION (how version tags end), WORK (an empty directory),
# MANIFEST_TOOL, and KANIKO (the executor).
set -eu

# A throw-away root and the flags as hephy has them.
build_with_kaniko() {
  own=$WORK/$image-$architecture
  mkdir -p "$own/context" "$own/docker" "$own/home" "$own/store" "$own/tmp"
  echo '{}' >"$own/docker/config.json"
  # shellcheck disable=SC2046 # a word each
  env -i HOME=/.hephy/home USER=root TMPDIR=/.hephy/tmp KANIKO_DIR=/.hephy/store DOCKER_CONFIG=/.hephy/docker \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin AWS_ECR_DISABLE_CACHE=true \
    FF_KANIKO_CHOWN_ON_IMPLICIT_DIRS=true FF_KANIKO_COPY_AS_ROOT=true FF_KANIKO_COPY_CHMOD_ON_IMPLICIT_DIRS=true \
    FF_KANIKO_EXPAND_HEREDOC=true FF_KANIKO_RUN_HONOR_GROUP=true FF_KANIKO_UNTAR_SKIP_ROOT=true \
    bwrap --tmpfs / --dir /etc --proc /proc --dev /dev --ro-bind-try /sys /sys \
    --ro-bind-try /etc/resolv.conf /etc/resolv.conf --ro-bind-try /etc/hosts /etc/hosts \
    --bind "$own" /.hephy --ro-bind "$KANIKO" /.hephy/store/executor --ro-bind "$context" /.hephy/context \
    --unshare-pid --unshare-ipc --die-with-parent --chdir / --cap-drop ALL $(printf -- '--cap-add CAP_%s ' $CAPABILITIES) -- \
    /.hephy/store/executor --context=dir:///.hephy/context --dockerfile=/.hephy/context/Dockerfile \
    --destination="$destination" --custom-platform="$platform" --cache=false --cleanup --force --ignore-var-run=false \
    --image-download-retry=2 --push-retry=2
}

# Those of Docker's containers.
CAPABILITIES='CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP'

# A store for each architecture: in one, builds of two would fight over what the base's tag names.
build_with_buildah() {
  store="--root $WORK/$architecture/store --runroot $WORK/$architecture/run --storage-driver vfs"
  # shellcheck disable=SC2086 # three words
  buildah $store bud --isolation chroot --network host --platform "$platform" --tls-verify=false -t "$destination" "$context" &&
    buildah $store push --tls-verify=false "$destination"
}

publish() {
  {
    echo "image: $REPOSITORY:$1-$VERSION"
    echo "tags: [$1-latest]"
    echo 'manifests:'
    for architecture in amd64 arm64; do
      echo "  - image: $REPOSITORY:$1-$VERSION-$architecture"
      echo "    platform: { os: linux, architecture: $architecture }"
    done
  } >"$WORK/$1.yaml"
  "$MANIFEST_TOOL" --plain-http push --type oci from-spec "$WORK/$1.yaml"
}

case $1 in
  build)
    image=$2
    context=$PWD/images/$image
    architecture=$3
    platform=linux/$architecture
    destination=$REPOSITORY:$image-$VERSION-$architecture
    log=$WORK/$image-$architecture.log
    "build_with_$BUILDER" >"$log" 2>&1 || { cat "$log" && exit 1; }
    ;;
  publish) publish "$2" ;;
  *)
    parallel=$1
    shift
    for image in "$@"; do echo "$image amd64 $image arm64"; done | xargs -P "$parallel" -n 2 "$0" build
    echo "$@" | xargs -P "$parallel" -n 1 "$0" publish
    ;;
esac

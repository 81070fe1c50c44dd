#!/bin/sh
# What hephy is measured against: the builder for each image and platform, then manifest-tool for each image, in a loop.
#   bare-loop.sh PARALLEL IMAGE…      in the workspace
# From the environment: BUILDER (kaniko or buildah), REPOSITORY, VERSION (how version tags end), WORK (an empty directory),
# MANIFEST_TOOL, and KANIKO (the executor).
set -eu

# A throw-away root and the flags as hephy has them.
build_with_kaniko() {
  bwrap --tmpfs / --dir /tmp --file 5 /etc/passwd --file 6 /etc/group --file 7 /etc/nsswitch.conf \
    --ro-bind /etc/resolv.conf /etc/resolv.conf --ro-bind /etc/hosts /etc/hosts --proc /proc --dev /dev \
    --ro-bind "$KANIKO" /.kaniko/executor --dir /.kaniko/ssl/certs --ro-bind "$context" /.context \
    --unshare-pid --die-with-parent --clearenv --setenv HOME /root --setenv USER root --setenv PATH /usr/local/bin \
    --setenv KANIKO_DIR /.kaniko \
    /.kaniko/executor --force --context=dir:///.context --dockerfile=/.context/Dockerfile --destination="$destination" \
    --custom-platform="$platform" --cache=false --use-new-run --cleanup \
    5<"$WORK/passwd" 6<"$WORK/group" 7<"$WORK/nsswitch.conf"
}

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
    context=$PWD/images/$2
    architecture=$3
    platform=linux/$architecture
    destination=$REPOSITORY:$2-$VERSION-$architecture
    log=$WORK/$2-$architecture.log
    "build_with_$BUILDER" >"$log" 2>&1 || { cat "$log" && exit 1; }
    ;;
  publish) publish "$2" ;;
  *)
    parallel=$1
    shift
    echo 'root:x:0:0:root:/root:/bin/sh' >"$WORK/passwd"
    echo 'root:x:0:' >"$WORK/group"
    echo 'hosts: files dns' >"$WORK/nsswitch.conf"
    for image in "$@"; do echo "$image amd64 $image arm64"; done | xargs -P "$parallel" -n 2 "$0" build
    echo "$@" | xargs -P "$parallel" -n 1 "$0" publish
    ;;
esac

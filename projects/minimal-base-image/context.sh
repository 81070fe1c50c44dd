#!/bin/sh
# Makes rootfs/<architecture>.tar, the whole root file system of the image, from Debian packages.
# Where there is apt with a Debian mirror it uses that, with lists and caches of its own: no root needed, the machine's
# packages and sources stay as they are. Elsewhere it runs itself in a Debian container.
# Same packages, same bytes, under any umask.
set -eu
umask 022
export LC_ALL=C

RELEASE=12
SUITE=bookworm
ARCHITECTURES='amd64 arm64'
PER_ARCHITECTURE='busybox-static base-files'
FOR_ALL='ca-certificates tzdata'
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

project=$(cd "$(dirname "$0")" && pwd)
out=${1:-$project/rootfs}

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

in_container() {
  for engine in docker podman; do
    "$engine" info >/dev/null 2>&1 || continue
    # What is made belongs to whoever asked for it. Podman without root needs to be told which of its users that is.
    user="--user=$(id -u):$(id -g)"
    if [ "$engine" = podman ] && [ "$(id -u)" != 0 ]; then user=--userns=keep-id; fi
    mkdir -p "$out"
    exec "$engine" run --rm --network host --security-opt label=disable "$user" \
      -v "$project:/project:ro" -v "$out:/rootfs" "docker.io/library/debian:$RELEASE" sh /project/context.sh /rootfs
  done
  die "minimal-base-image needs Debian packages, and there is no way to them: no apt-get with $KEYRING and a Debian mirror, no running docker or podman." \
    'On Debian: apt-get install debian-archive-keyring. On Ubuntu that too, and DEBIAN_MIRROR=<address of a Debian mirror>.' \
    'Elsewhere: start docker or podman.'
}

# The machine's own Debian mirror: by the repository's path, which is known before any list was fetched.
mirror_of() {
  apt-get update --print-uris 2>/dev/null | sed -n "s#^'\\(.*/$1\\)/*/dists/.*#\\1/#p" | head -n 1
}
if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && [ -r "$KEYRING" ]; then
  mirror=${DEBIAN_MIRROR:-$(mirror_of debian)}
  security=${DEBIAN_SECURITY_MIRROR:-$(mirror_of debian-security)}
fi
[ -n "${mirror:-}" ] || in_container

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$work"
mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$work/apt/preferences" "$work/debs" "$work/packages"
: >"$work/apt/status"
options="target=Packages lang=none arch=$(echo $ARCHITECTURES | tr ' ' ',') signed-by=$KEYRING"
cat >"$work/apt/sources.list" <<EOF
deb [$options] $mirror $SUITE main
deb [$options] $mirror $SUITE-updates main
${security:+deb [$options] $security $SUITE-security main}
EOF

apt() {
  apt-get -q -q -o Dir::State="$work/apt" -o Dir::State::lists="$work/apt/lists" -o Dir::State::status="$work/apt/status" \
    -o Dir::Cache="$work/apt" -o Dir::Etc::sourcelist="$work/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$work/apt/preferences" \
    -o APT::Architecture="${ARCHITECTURES%% *}" $(printf -- '-o APT::Architectures::=%s ' $ARCHITECTURES) \
    -o APT::Sandbox::User="$(id -un 2>/dev/null || echo root)" -o Acquire::Retries=3 "$@"
}
names=$FOR_ALL
for architecture in $ARCHITECTURES; do
  for name in $PER_ARCHITECTURE; do names="$names $name:$architecture"; done
done
apt update
(cd "$work/debs" && apt download $names)

for deb in "$work"/debs/*.deb; do
  name=$(dpkg-deb -f "$deb" Package)_$(dpkg-deb -f "$deb" Architecture)
  mkdir -p "$work/packages/$name"
  dpkg-deb -x "$deb" "$work/packages/$name/files"
  dpkg-deb -f "$deb" >"$work/packages/$name/control"
done

# The names of busybox's applets, out of its own table: no binary of another architecture is run.
applets_of() {
  tr '\000' '\n' <"$1" | awk 'before == "[" && $0 == "[[" { on = 1; print before } on && $0 == "" { exit } on { print } { before = $0 }'
}

lay_out() {
  architecture=$1 root=$2
  mkdir -p "$root/bin" "$root/etc/ssl/certs" "$root/home/nonroot" "$root/root" "$root/tmp" "$root/usr/bin" "$root/usr/share" \
    "$root/var/lib/dpkg/status.d" "$root/var/tmp"

  cp "$work/packages/busybox-static_$architecture/files/bin/busybox" "$root/bin/busybox"
  applets_of "$root/bin/busybox" >"$work/applets"
  for needed in sh httpd wget; do
    grep -qx "$needed" "$work/applets" || die "busybox-static of $architecture has no applet $needed."
  done
  grep -vx busybox "$work/applets" | while read -r applet; do ln -s busybox "$root/bin/$applet"; done
  ln -s ../../bin/env "$root/usr/bin/env"

  cat "$work"/packages/ca-certificates_all/files/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
  cp -a "$work/packages/tzdata_all/files/usr/share/zoneinfo" "$root/usr/share/zoneinfo"
  cp "$work/packages/base-files_$architecture/files/usr/lib/os-release" "$root/etc/os-release"
  # Where scanners of images look for what is installed.
  for name in $FOR_ALL; do cp "$work/packages/${name}_all/control" "$root/var/lib/dpkg/status.d/$name"; done
  for name in $PER_ARCHITECTURE; do cp "$work/packages/${name}_$architecture/control" "$root/var/lib/dpkg/status.d/$name"; done

  cat >"$root/etc/passwd" <<'EOF'
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
nonroot:x:65532:65532:nonroot:/home/nonroot:/bin/sh
EOF
  cat >"$root/etc/group" <<'EOF'
root:x:0:
nogroup:x:65534:
nonroot:x:65532:
EOF
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
}

# A tar and no tree: only so /tmp keeps its sticky bit and the home directory its owner, whoever checks out or builds.
pack() {
  root=$1 archive=$2
  set -- --format=ustar --sort=name --mtime=@0 --numeric-owner -C "$root"
  (cd "$root" && find . -mindepth 1 ! -path ./tmp ! -path ./var/tmp ! -path ./home/nonroot | sed 's,^\./,,' | sort) >"$work/names"
  tar "$@" --no-recursion --owner=0 --group=0 --mode=u=rwX,go=rX -cf "$archive" -T "$work/names"
  tar "$@" --owner=0 --group=0 --mode=1777 -rf "$archive" tmp var/tmp
  tar "$@" --owner=65532 --group=65532 --mode=0755 -rf "$archive" home/nonroot
}

mkdir -p "$out"
for architecture in $ARCHITECTURES; do
  lay_out "$architecture" "$work/root-$architecture"
  pack "$work/root-$architecture" "$work/$architecture.tar"
  # In place only when whole.
  mv "$work/$architecture.tar" "$out/.$architecture.tar.new"
  mv "$out/.$architecture.tar.new" "$out/$architecture.tar"
done

for control in "$work"/packages/*/control; do
  awk -F': ' '$1 == "Package" { name = $2 } $1 == "Version" { version = $2 } $1 == "Architecture" { architecture = $2 }
    END { print name, architecture, version }' "$control"
done >"$out/packages.txt"
if ! cmp -s "$out/packages.txt" "$project/packages.txt"; then
  echo "Debian has moved since packages.txt was written (cp $out/packages.txt $project/ takes note of it):"
  diff "$project/packages.txt" "$out/packages.txt" || true
fi

/**
 * Functions of POSIX sh (busybox's, dash) that all of a pipeline's shell jobs share. Every name begins with `hephy_`. What a function needs after the builder is builtin, or
 * called by `hephy_tool`: Kaniko deletes the programs of its image. However a job ends, as long as it may do something then, `hephy_work` is removed, where its credentials are; GitLab evaluates a
 * script in a shell of its own, and whatever else that has to do is in the one around it.
 */
export const JOB_BEGIN = `hephy_fail() {
  if [ -d "$hephy_out" ]; then printf '%s\\n' "$1" > "$hephy_out/problem"; fi
  printf 'hephy: %s\\n' "$1" >&2
  hephy_section_end
  exit 1
}
hephy_tool() {
  if [ -n "$hephy_busybox" ]; then "$hephy_busybox" "$@"; else "$@"; fi
}
hephy_section() {
  hephy_section_end
  hephy_open=$1
  printf '\\033[0Ksection_start:%s:hephy_%s\\r\\033[0K%s\\n' "$(hephy_tool date +%s)" "$1" "$2"
}
hephy_section_end() {
  if [ -z "$hephy_open" ]; then return; fi
  printf '\\033[0Ksection_end:%s:hephy_%s\\r\\033[0K\\n' "$(hephy_tool date +%s)" "$hephy_open"
  hephy_open=
}
hephy_place() {
  set +e
  set +u
  unset IFS
  hephy_open= hephy_busybox= hephy_out= hephy_builder= hephy_volumes=
  hephy_job=$(pwd -P)
  hephy_own=$hephy_job/.hephy
  hephy_work=$hephy_own/work
  if [ -L "$hephy_own" ]; then hephy_fail '.hephy is a link: the job needs that directory for itself'; fi
  umask 022
  mkdir -p "$hephy_own" || hephy_fail 'the directory of the job cannot be written to'
  rm -rf "$hephy_work"
  trap 'hephy_leave' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  hephy_catch
  (umask 077 && mkdir "$hephy_work" "$hephy_work/bin" "$hephy_work/docker" "$hephy_work/home" "$hephy_work/tmp") ||
    hephy_fail 'the directory of the job cannot be written to'
}
hephy_catch() {
  trap 'exit 143' TERM
}
hephy_leave() {
  hephy_code=$?
  set +e
  trap '' HUP INT TERM
  if [ -n "$hephy_builder" ]; then hephy_end_builder; fi
  if [ -n "$hephy_volumes" ]; then hephy_compare_volumes; fi
  hephy_tool rm -rf "$hephy_work" 2> /dev/null
  exit "$hephy_code"
}
hephy_packed() {
  if [ -L .hephy ]; then hephy_fail '.hephy is a link: the job needs that directory for itself'; fi
  mkdir -p .hephy && printf '%s' "$1" | base64 -d | gunzip > .hephy/script || hephy_fail 'the script of the job cannot be unpacked'
  . ./.hephy/script
}
hephy_begin() {
  hephy_place
  hephy_out=$hephy_own/built/$1/$2
  rm -rf "$hephy_own/context" "$hephy_out"
  mkdir -p "$hephy_own/context" "$hephy_out" || hephy_fail 'the directory of the job cannot be written to'
  hephy_of_run=$3
  printf '%s\\n' "$3" > "$hephy_out/run"
  printf 'hephy: %s for %s, on a machine that is %s\\n' "$1" "$2" "$(uname -m)"
}
hephy_file() {
  mkdir -p "\${1%/*}" && (umask 077 && printf '%s' "$2" > "$1") || hephy_fail "$1 cannot be written"
}`;

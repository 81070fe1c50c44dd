/**
 * The context and the Dockerfile of a build job. Modes, times and what is there become what a copy of the same files has on any machine: see `materialiseContext`.
 * Nothing is removed through a link. A builder may have left the digest of what it did not push: what another job has built counts only where that ended well.
 */
export const JOB_CONTEXT = `hephy_copy() (
  cd -- "$1" || exit 1
  hephy_skip=$2
  hephy_to=$3
  set --
  for hephy_name in * .[!.]* ..?*; do
    if [ "$hephy_name" = .git ] || [ "$hephy_name" = "$hephy_skip" ]; then continue; fi
    if [ -e "$hephy_name" ] || [ -L "$hephy_name" ]; then set -- "$@" "./$hephy_name"; fi
  done
  if [ $# -eq 0 ]; then exit 0; fi
  cp -RP "$@" "$hephy_to/"
)
hephy_remove() (
  cd -P -- "$hephy_own/context" || exit 1
  for hephy_name; do
    case $hephy_name in
      */*)
        hephy_parent=$(cd -P -- "./\${hephy_name%/*}" 2> /dev/null && pwd -P)
        if [ "$hephy_parent" != "$hephy_own/context/\${hephy_name%/*}" ]; then continue; fi
        ;;
    esac
    rm -rf "./$hephy_name"
  done
)
hephy_normalise() (
  cd -P -- "$hephy_own/context" || exit 1
  find . -type d -exec chmod u=rwx,go=rx,ug-s,-t {} + &&
    find . -type f -perm -100 -exec chmod u=rwx,go=rx,ug-s,-t {} + &&
    find . -type f ! -perm -100 -exec chmod u=rw,go=r,ug-s,-t {} + &&
    find . -name .git -prune -exec rm -rf {} + || exit 1
  find . -depth -type d -exec rmdir {} + 2> /dev/null
  TZ=UTC0 find . -depth -exec touch -h -t 198001020000 {} +
)
hephy_compare() {
  hephy_normalise || hephy_fail 'the context cannot be brought into its form'
  hephy_found=$(hephy_fingerprint "$hephy_own/context")
  if [ "$hephy_found" = "$1" ]; then
    printf 'hephy: the context is the planned one: %s\\n' "$1"
    return
  fi
  (cd "$hephy_own/context" && find . ! -type d | sort | head -n 200)
  hephy_fail "the files of the context are not those that were planned: their fingerprint is $hephy_found and not $1. Look in the list above for what only this job, or only the planning job, has: files that another job made, submodules, Git LFS"
}
hephy_checkout() {
  hephy_section context 'Context: a copy of the checkout'
  hephy_from=$hephy_job/$1 hephy_planned=$2 hephy_skip=
  if [ "$1" = . ]; then hephy_from=$hephy_job hephy_skip=.hephy; fi
  shift 2
  if [ ! -d "$hephy_from" ]; then hephy_fail "the checkout has no directory $hephy_from"; fi
  hephy_copy "$hephy_from" "$hephy_skip" "$hephy_own/context" || hephy_fail 'the context cannot be copied'
  hephy_remove "$@"
  hephy_compare "$hephy_planned"
}
hephy_prepared() {
  hephy_section context 'Context: as the job before prepared it'
  hephy_tar=$hephy_own/contexts/$1.tar hephy_planned=$2 hephy_its_run=
  if [ -r "$hephy_own/contexts/$1.run" ]; then read -r hephy_its_run < "$hephy_own/contexts/$1.run"; fi
  if [ -z "$hephy_planned" ] && [ -r "$hephy_own/contexts/$1.fingerprint" ]; then
    read -r hephy_planned < "$hephy_own/contexts/$1.fingerprint"
  fi
  if [ "$hephy_its_run" != "$hephy_of_run" ] || [ ! -f "$hephy_tar" ] || [ -z "$hephy_planned" ]; then
    hephy_fail "the job that prepares the context of $1 has left none: start that again first"
  fi
  tar -xf "$hephy_tar" -C "$hephy_own/context" || hephy_fail 'the prepared context cannot be unpacked'
  hephy_compare "$hephy_planned"
}
hephy_dockerfile() {
  hephy_section dockerfile 'Dockerfile'
  hephy_edits=
  hephy_text=$1
  shift
  while [ $# -gt 0 ]; do
    hephy_its=$hephy_own/built/$2/$3 hephy_digest= hephy_its_run= hephy_its_status=
    if [ -r "$hephy_its/run" ]; then read -r hephy_its_run < "$hephy_its/run"; fi
    if [ -r "$hephy_its/status" ]; then read -r hephy_its_status < "$hephy_its/status"; fi
    if [ "$hephy_its_run" = "$hephy_of_run" ] && [ "$hephy_its_status" = 0 ] && [ -r "$hephy_its/digest" ] &&
      [ ! -e "$hephy_its/problem" ] && [ ! -e "$hephy_its/timed-out" ]; then
      read -r hephy_digest < "$hephy_its/digest"
    fi
    hephy_hex=\${hephy_digest#sha256:}
    case $hephy_digest in sha256:*) ;; *) hephy_hex= ;; esac
    case $hephy_hex in *[!0-9a-f]*) hephy_hex= ;; esac
    if [ \${#hephy_hex} -ne 64 ]; then
      hephy_fail "the job that builds $2 for $3 has not ended well: this image is FROM that. Start that job again first"
    fi
    printf 'hephy: it is FROM %s for %s: %s\\n' "$2" "$3" "$hephy_digest"
    hephy_edits="$hephy_edits;s/$1/$hephy_hex/g"
    shift 3
  done
  hephy_file "$hephy_work/build/Dockerfile.planned" "$hephy_text"
  LC_ALL=C sed "$hephy_edits" "$hephy_work/build/Dockerfile.planned" > "$hephy_work/build/Dockerfile" ||
    hephy_fail 'the Dockerfile cannot be written'
  cat "$hephy_work/build/Dockerfile" > "$hephy_out/Dockerfile"
  cat "$hephy_work/build/Dockerfile"
  printf '\\n'
}`;

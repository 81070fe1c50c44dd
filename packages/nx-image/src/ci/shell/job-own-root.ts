/**
 * For a builder that deletes the root it runs in: it may only be an image of its own. The same conditions as `judgeOwnRoot`; HEPHY_KANIKO_EXECUTOR, another executor, is the user's word that there is
 * nothing to lose. Afterwards `hephy_program` and `hephy_path` are set.
 */
export const JOB_OWN_ROOT = `hephy_mounted() {
  while read -r hephy_field hephy_field hephy_field hephy_field hephy_point hephy_field; do
    hephy_point=$(hephy_decode "$hephy_point")
    if [ "$hephy_point" = / ]; then continue; fi
    case $1/ in "$hephy_point"/*) return 0 ;; esac
  done < /proc/self/mountinfo
  return 1
}
hephy_find() (
  IFS=:
  for hephy_directory in $PATH; do
    if [ -x "$hephy_directory/$1" ]; then
      printf '%s' "$hephy_directory/$1"
      exit
    fi
  done
)
hephy_own_root() {
  hephy_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  hephy_certificates=\${SSL_CERT_DIR:-/kaniko/ssl/certs}
  if [ -n "$HEPHY_KANIKO_EXECUTOR" ]; then
    hephy_program=$HEPHY_KANIKO_EXECUTOR
    hephy_path=$PATH
    if [ ! -x "$hephy_program" ]; then hephy_fail "HEPHY_KANIKO_EXECUTOR names $hephy_program, which is no program"; fi
    return
  fi
  hephy_program=/kaniko/executor
  if [ ! -x "$hephy_program" ]; then
    hephy_fail 'there is no /kaniko/executor: this job needs the debug image of Kaniko, in a container of its own'
  fi
  if [ "$(id -u)" != 0 ]; then hephy_fail 'Kaniko needs root in its container'; fi
  for hephy_name in /usr /lib /sbin /boot /home /opt; do
    if [ -e "$hephy_name" ] && ! hephy_mounted "$(cd -P -- "$hephy_name" && pwd -P)"; then
      hephy_fail "Kaniko would delete $hephy_name: this root is more than the image of Kaniko"
    fi
  done
  if ! hephy_mounted "$hephy_job"; then
    hephy_fail "Kaniko would delete $hephy_job: the directory of the job is no mount"
  fi
  hephy_shell=$(hephy_find busybox)
  if [ -z "$hephy_shell" ]; then hephy_fail 'the image of Kaniko has no busybox: take its debug image'; fi
  cp "$hephy_shell" "$hephy_work/bin/busybox" && chmod 755 "$hephy_work/bin/busybox" || hephy_fail 'busybox cannot be copied'
  hephy_busybox=$hephy_work/bin/busybox
  hephy_path=$hephy_work/bin:$hephy_path
  if [ -d "$hephy_certificates" ]; then
    cp -RL "$hephy_certificates" "$hephy_work/certificates" && hephy_certificates=$hephy_work/certificates
  fi
  hephy_find_volumes
}
hephy_on_machine() {
  hephy_program=$(command -v "$1")
  hephy_path=$PATH
  if [ -z "$hephy_program" ]; then hephy_fail "there is no $1 in the image of this job"; fi
}`;

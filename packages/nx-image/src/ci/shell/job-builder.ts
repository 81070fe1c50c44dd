/**
 * Runs a builder: nothing of the job's environment reaches it but what `builderEnvironment` lets pass; its output goes to the job's log and to a file; when its time is up it is ended with all that it
 * has started. `hephy_steps` is the job's own function: a line for each process. What is to be ended by TERM is started while the job itself does not catch that: else dash and busybox lose what comes
 * before the trap of the new process is set.
 */
export const JOB_BUILDER = `hephy_only_passed() {
  for hephy_name in $(env | LC_ALL=C sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do
    case $hephy_name in
      HTTP_PROXY | HTTPS_PROXY | NO_PROXY | http_proxy | https_proxy | no_proxy | SSL_CERT_FILE | SSL_CERT_DIR) ;;
      AWS_*[!A-Z0-9_]*) command unset "$hephy_name" ;;
      AWS_?*) ;;
      *) command unset "$hephy_name" ;;
    esac
  done
}
hephy_run() {
  hephy_tries=$1
  shift
  while :; do
    (
      hephy_only_passed
      while [ "$1" != -- ]; do
        export "$1"
        shift
      done
      shift
      umask 022
      cd /
      exec "$@"
    ) &
    hephy_builder=$!
    printf '%s\\n' "$hephy_builder" > "$hephy_work/builder"
    wait "$hephy_builder"
    hephy_status=$?
    hephy_builder=
    hephy_tries=$((hephy_tries - 1))
    if [ "$hephy_status" -eq 0 ] || [ "$hephy_tries" -le 0 ] || [ -e "$hephy_out/timed-out" ]; then return "$hephy_status"; fi
    printf 'hephy: once more, in 2 s\\n'
    hephy_tool sleep 2
  done
}
hephy_end_tree() {
  for hephy_stat in /proc/[0-9]*/stat; do
    { read -r hephy_line < "$hephy_stat"; } 2> /dev/null || continue
    hephy_child=\${hephy_line%% *}
    hephy_line=\${hephy_line##*) ? }
    if [ "\${hephy_line%% *}" = "$2" ]; then (hephy_end_tree "$1" "$hephy_child"); fi
  done
  kill -s "$1" "$2" 2> /dev/null
}
hephy_sleep() {
  hephy_tool sleep "$1" &
  hephy_sleeper=$!
  wait "$hephy_sleeper"
}
hephy_watch() {
  trap 'kill "$hephy_sleeper"; exit 0' TERM
  hephy_sleep "$1"
  : > "$hephy_out/timed-out"
  read -r hephy_builder < "$hephy_work/builder"
  hephy_end_tree TERM "$hephy_builder"
  hephy_sleep 10
  hephy_end_tree KILL "$hephy_builder"
}
hephy_end_builder() {
  if [ -n "$hephy_watcher" ]; then kill "$hephy_watcher" 2> /dev/null; fi
  hephy_end_tree KILL "$hephy_builder"
  wait "$hephy_builder" 2> /dev/null
  hephy_builder=
}
hephy_build() {
  hephy_section build "$2"
  hephy_open_log
  hephy_watcher= hephy_written=
  if [ -e "$hephy_work/volumes" ]; then hephy_volumes=$hephy_work/volumes; fi
  hephy_begun=$(date +%s)
  if [ -n "$1" ]; then
    trap - TERM
    hephy_watch "$1" > /dev/null 2>&1 &
    hephy_watcher=$!
    hephy_catch
  fi
  hephy_steps > "$hephy_work/output" 2>&1
  hephy_status=$?
  hephy_ended=$(hephy_tool date +%s)
  if [ -n "$hephy_watcher" ]; then
    kill "$hephy_watcher" 2> /dev/null
    wait "$hephy_watcher" 2> /dev/null
  fi
  hephy_close_log
  if [ -n "$hephy_volumes" ]; then hephy_compare_volumes; fi
  printf '%s\\n%s\\n' "$hephy_begun" "$hephy_ended" > "$hephy_out/times"
  printf '%s\\n' "$hephy_status" > "$hephy_out/status"
  hephy_tool tail -c 8388608 "$hephy_out/log" > "$hephy_work/log" &&
    hephy_tool cat "$hephy_work/log" > "$hephy_out/log"
  hephy_section_end
}
hephy_end() {
  if [ -e "$hephy_out/timed-out" ]; then
    printf 'hephy: the builder was ended: its time, %s s, was up\\n' "$1" >&2
    if [ "$hephy_status" -eq 0 ]; then hephy_status=124; fi
    exit "$hephy_status"
  fi
  if [ "$hephy_status" -ne 0 ]; then
    printf 'hephy: the builder failed with exit code %s\\n' "$hephy_status" >&2
    exit "$hephy_status"
  fi
  hephy_untouched
  if [ "$2" = built ]; then
    printf 'hephy: built, and pushed nowhere\\n'
    exit 0
  fi
  hephy_digest=
  if [ -r "$hephy_out/digest" ]; then read -r hephy_digest < "$hephy_out/digest"; fi
  case $hephy_digest in sha256:*) ;; *) hephy_fail 'the builder ended well and left no digest of what it pushed' ;; esac
  printf 'hephy: built and pushed %s; the publish job checks and names it\\n' "$hephy_digest"
  exit 0
}`;

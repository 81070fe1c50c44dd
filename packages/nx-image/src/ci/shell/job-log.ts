/**
 * What a builder says goes to the job's log, which GitLab masks, and to a file for everybody who may fetch artifacts: there without user and password of proxies, which a RUN of buildah is told.
 * They stand in no argv. What a RUN has started may hold the pipe open: nothing waits for that.
 */
export const JOB_LOG = `hephy_pattern() {
  printf '%s' "$1" | LC_ALL=C sed 's,[][\\\\/.*^$],\\\\&,g' | tr '\\n' .
}
hephy_redactions() {
  for hephy_proxy in "$HTTP_PROXY" "$HTTPS_PROXY" "$http_proxy" "$https_proxy"; do
    hephy_proxy=\${hephy_proxy#*://}
    case $hephy_proxy in ?*@*) ;; *) continue ;; esac
    hephy_proxy=\${hephy_proxy%@*}
    printf 's/%s@/***@/g\\n' "$(hephy_pattern "$hephy_proxy")"
    case $hephy_proxy in *:????*) printf 's/%s/***/g\\n' "$(hephy_pattern "\${hephy_proxy#*:}")" ;; esac
  done
}
hephy_open_log() {
  mkfifo "$hephy_work/output" "$hephy_work/redacted" || hephy_fail 'no pipe can be made for the output of the builder'
  hephy_said=$hephy_out/log hephy_redactor=
  (umask 077 && hephy_redactions > "$hephy_work/redactions") || hephy_fail 'the directory of the job cannot be written to'
  if [ -s "$hephy_work/redactions" ]; then
    LC_ALL=C sed -f "$hephy_work/redactions" < "$hephy_work/redacted" > "$hephy_said" &
    hephy_redactor=$! hephy_said=$hephy_work/redacted
  fi
  tee "$hephy_said" < "$hephy_work/output" &
  hephy_tee=$!
}
hephy_close_log() {
  trap - TERM
  (
    trap 'kill "$hephy_sleeper"; exit 0' TERM
    hephy_sleep 10
    kill "$hephy_tee"
  ) > /dev/null 2>&1 &
  hephy_closer=$!
  hephy_catch
  wait "$hephy_tee" 2> /dev/null
  kill "$hephy_closer" 2> /dev/null
  wait "$hephy_closer" 2> /dev/null
  if [ -n "$hephy_redactor" ]; then wait "$hephy_redactor" 2> /dev/null; fi
}`;

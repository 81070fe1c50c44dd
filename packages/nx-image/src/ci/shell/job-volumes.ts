/**
 * Kaniko takes mounts for no part of an image: what is written there is missing from it, and jobs to come find it. What a script writes nobody can tell before, so what lies in volumes is compared:
 * names, sizes and times, of a volume with very many entries those of its first levels. What is new by its name and by its time is removed, no link followed; what was changed cannot be brought back.
 * Not compared: what is read-only, the machine's own, the job's directory, and where the Kubernetes executor has the job's log. In files of names a line end is the byte 1.
 */
export const JOB_VOLUMES = `hephy_most_entries=20000
hephy_decode() {
  case $1 in
    *\\\\*) printf "$(printf '%s' "$1" | hephy_tool sed 's/%/%%/g')" ;;
    *) printf '%s' "$1" ;;
  esac
}
hephy_is_volume() {
  case ,$2,\${3##* }, in *,ro,*) return 1 ;; esac
  case $1 in
    / | /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | /etc/hosts | /etc/hostname | /etc/resolv.conf) return 1 ;;
    */logs-"$CI_PROJECT_ID"-"$CI_JOB_ID" | */scripts-"$CI_PROJECT_ID"-"$CI_JOB_ID") return 1 ;;
  esac
  case $1/ in "$hephy_job"/*) return 1 ;; esac
}
hephy_entries() {
  hephy_tool find "$1" -maxdepth "$2" -path "$hephy_kept" -prune -o -print0 2> /dev/null
}
hephy_look() {
  hephy_entries "$1" "$2" | hephy_tool tr '\\n\\000' '\\001\\n' | hephy_tool sort > "$hephy_work/$3.names" || return
  hephy_entries "$1" "$2" | hephy_tool xargs -0 "$hephy_busybox" stat -c '%n %s %Y %Z' 2> /dev/null |
    hephy_tool sort > "$hephy_work/$3.states"
}
hephy_find_volumes() {
  hephy_kept=$(printf '%s' "$hephy_job" | sed 's/[][*?\\\\]/\\\\&/g')
  hephy_number=0 hephy_since=$(($(date +%s) - 1))
  : > "$hephy_work/volumes"
  while read -r hephy_field hephy_field hephy_field hephy_field hephy_raw hephy_options hephy_field; do
    hephy_point=$(hephy_decode "$hephy_raw")
    if [ "$hephy_point" != "$hephy_raw" ]; then
      hephy_fail "Kaniko would delete what is in $hephy_point, a volume: it does not know one by a name with white space, # or a backslash"
    fi
    hephy_is_volume "$hephy_point" "$hephy_options" "$hephy_field" || continue
    for hephy_depth in 1000 4 3 2 1 0; do
      hephy_count=$(hephy_entries "$hephy_point" "$hephy_depth" | tr -dc '\\000' | head -c "$((hephy_most_entries + 1))" | wc -c)
      if [ "$hephy_count" -le "$hephy_most_entries" ]; then break; fi
    done
    if [ "$hephy_depth" -lt 1000 ]; then
      printf 'hephy: very much lies in %s: of what is more than %s levels below it, nobody will see whether the image writes there\\n' "$hephy_point" "$hephy_depth"
    fi
    hephy_number=$((hephy_number + 1))
    hephy_look "$hephy_point" "$hephy_depth" "before.$hephy_number" || hephy_fail "what is in $hephy_point, a volume, cannot be written down"
    printf '%s %s\\n' "$hephy_depth" "$hephy_point" >> "$hephy_work/volumes"
  done < /proc/self/mountinfo
}
hephy_compare_volumes() {
  hephy_volumes= hephy_written= hephy_number=0
  while read -r hephy_depth hephy_point; do
    hephy_number=$((hephy_number + 1))
    hephy_before=$hephy_work/before.$hephy_number hephy_after=$hephy_work/after.$hephy_number
    if ! hephy_look "$hephy_point" "$hephy_depth" "after.$hephy_number"; then
      hephy_written=\${hephy_written:-$hephy_point}
      continue
    fi
    if hephy_tool cmp -s "$hephy_before.states" "$hephy_after.states"; then continue; fi
    hephy_written=\${hephy_written:-$hephy_point}
    printf 'hephy: while this was built, %s has changed, which is a volume; what is new there is removed:\\n' "$hephy_point"
    hephy_tool sort "$hephy_before.states" "$hephy_after.states" | hephy_tool uniq -u |
      hephy_tool sed 's/\\( [0-9]*\\)\\{3\\}$//;s/^/  /' | hephy_tool uniq | hephy_tool head -n 20
    hephy_tool sort "$hephy_before.names" "$hephy_before.names" "$hephy_after.names" | hephy_tool uniq -u > "$hephy_work/new"
    while IFS= read -r hephy_name; do
      for hephy_name in "$hephy_name" "$(printf '%s' "$hephy_name" | hephy_tool tr '\\001' '\\n')"; do
        if [ "$(hephy_tool stat -c %Z "$hephy_name" 2> /dev/null || printf 0)" -ge "$hephy_since" ]; then hephy_tool rm -rf "$hephy_name"; fi
      done
    done < "$hephy_work/new"
  done < "$hephy_work/volumes"
}
hephy_untouched() {
  if [ -z "$hephy_written" ]; then return; fi
  hephy_tool rm -f "$hephy_out/status"
  hephy_fail "the image writes to $hephy_written, which is a volume of this job: Kaniko leaves that out of the image. Write elsewhere, or build it with build_backend: buildah. Was it another job that wrote there, runners of build jobs may have no volumes that jobs share"
}`;

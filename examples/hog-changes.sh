# What limit-hogs.sh has changed, and the way back. The script reads this file; it sets $tree and
# $state before.
#
# Each line of $state/acts is one change, noted before it is made: pid, start, metric, file, old, new.
# In the change of the file `group` a cgroup was made: old is its directory, and new the line by which
# its members move back.

log() { printf '%(%FT%TZ)T %s\n' -1 "$*"; }

note() {
  local IFS=$'\t'
  printf '%s\n' "$*" >>"$state/acts"
}

# Opens a file in limits/ for one write, as $bound. From then on the file belongs to one process. If
# a write to it succeeds, this process had the pid all the time in between, so all that was read by
# the pid meanwhile was about it.
bind() { { exec {bound}>"$tree/processes/$1/limits/$2"; } 2>/dev/null; }

# Writes to a file that `bind` has opened, and closes it. Sets $message if the kernel refuses it.
write() {
  local fd=$1 status=0
  message=$({ printf '%s\n' "$2" >&"$fd"; } 2>&1) || status=$?
  message=${message##*: }
  exec {fd}>&-
  return "$status"
}

# Whether the limit still has the value that the controller wrote.
has_value() { [[ $'\n'$(<"$tree/processes/$1/limits/$2")$'\n' == *$'\n'"$3"$'\n'* ]]; }

take_back_limit() {
  local pid=$1 start=$2 file=$3 old=$4 new=$5 bound=''
  bind "$pid" "$file" || return 0 # it has ended
  if [[ $(cat "$tree/processes/$pid/start" 2>/dev/null) != "$start" ]]; then
    exec {bound}>&- # another process has the pid now
  elif ! has_value "$pid" "$file" "$new" 2>/dev/null; then
    exec {bound}>&-
    log "leave pid=$pid limit=$file: it was changed by another program"
  elif write "$bound" "$old"; then
    log "undo pid=$pid limit=$file value=\"$old\": $6"
  else
    log "undo pid=$pid limit=$file: $message"
  fi
}

# Moves all members of a cgroup back to where the hog came from, and removes the cgroup.
take_back_group() {
  local directory=$1 back=$2 member bound i
  for ((i = 0; i < 100; i++)); do
    while read -r member; do
      bind "$member" cgroup || continue
      if grep -qF "${directory##*/}" "$tree/processes/$member/limits/cgroup" 2>/dev/null; then
        write "$bound" "$back" || true
      else
        exec {bound}>&-
      fi
    done < <(cat "$directory/cgroup.procs" 2>/dev/null)
    if rmdir "$directory" 2>/dev/null || [[ ! -d $directory ]]; then
      log "undo group=$directory: $3"
      return 0
    fi
    sleep 0.1
  done
  log "undo group=$directory: it is still in use"
}

# Takes back the changes of one hog, PID METRIC, the last one first; of all if these are empty.
take_back() {
  local wanted=$1$'\t'$2 reason=$3 line pid start metric file old new kept=()
  while IFS= read -r line; do
    IFS=$'\t' read -r pid start metric file old new <<<"$line"
    if [[ -n $1 && $pid$'\t'$metric != "$wanted" ]]; then
      kept=("$line" "${kept[@]}")
    elif [[ $file == group ]]; then
      take_back_group "$old" "$new" "$reason"
    else
      take_back_limit "$pid" "$start" "$file" "$old" "$new" "$reason"
    fi
  done < <(tac "$state/acts")
  printf '%s\n' "${kept[@]}" | grep . >"$state/new" || true
  mv "$state/new" "$state/acts"
}

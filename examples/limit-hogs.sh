#!/usr/bin/env bash
# Limits processes that use too much, and takes the limits back when they are calm again.
# README.md beside this file says what it does about which hog, and why it never limits another
# process by mistake. As an ordinary user it limits only that user's processes.
# usage: limit-hogs.sh [OPTION...] MOUNTPOINT
#   --cpu=90         percent of one CPU, for 30 s (--for=30s)
#   --memory=25%     resident memory, of the host's or in bytes
#   --fds=90%        open files, of RLIMIT_NOFILE
#   --shm=25%        shared memory that it maps
#                    each of these can be `off`
#   --for=30s        how long a process must use the CPU
#   --look=3         the second look: how many seconds a hog must go on, before it is limited
#   --pause=10       seconds between two hogs
#   --calm=60s       limits are taken back after it used less than half for so long
#   --quota=20       percent of a CPU that a hog gets (root)
#   --grow=64M       how much a memory hog may still grow
#   --only=NAMES     only processes of these names; patterns, separated by colons
#   --spare=NAMES    further names that are never limited
#   --state=DIR      where it keeps what it has changed
#   --dry-run        say what would be done
#   --undo           take back what a controller that was killed has left, and end
set -euo pipefail -f
export LC_ALL=C TZ=UTC

declare -A threshold=([cpu]=90 [rss]=25% [fds]=90% [shm]=25%)
lasting=30s look=3 pause=10 calm=60s quota=20 grow=64M only='*' dry='' undo=''
spared="systemd*:dbus-*:sshd*:login:agetty:Xorg:Xwayland"
state=/run/kifs-hogs
((EUID == 0)) || state=${XDG_STATE_HOME:-~/.local/state}/kifs-hogs

misuse() {
  echo "limit-hogs: $1" >&2
  sed -n '5,/^set/{s/^# \{0,1\}//p}' "$0" >&2
  exit 2
}

while [[ ${1:-} == --* ]]; do
  value=${1#*=}
  case $1 in
    --cpu=*) threshold[cpu]=$value ;;
    --memory=*) threshold[rss]=$value ;;
    --fds=*) threshold[fds]=$value ;;
    --shm=*) threshold[shm]=$value ;;
    --for=*) lasting=$value ;;
    --look=*) look=$value ;;
    --pause=*) pause=$value ;;
    --calm=*) calm=$value ;;
    --quota=*) quota=$value ;;
    --grow=*) grow=$value ;;
    --only=*) only=$value ;;
    --spare=*) spared+=:$value ;;
    --state=*) state=$value ;;
    --dry-run) dry=yes ;;
    --undo) undo=yes ;;
    *) misuse "unknown option $1" ;;
  esac
  shift
done
(($# == 1)) || misuse "needs one MOUNTPOINT"
tree=$1
daemon=$(sed -n 's/^pid=//p' "$tree/about") || misuse "no kifs is mounted at $tree"

# Whether a name matches one of several patterns, which are separated by colons.
matches() {
  local pattern patterns
  IFS=: read -ra patterns <<<"$2"
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2053 # the right side is a pattern
    [[ $1 != $pattern ]] || return 0
  done
  return 1
}

# A number with a suffix in bytes.
bytes() { numfmt --from=iec "${1%B}"; }

# shellcheck source=examples/hog-changes.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/hog-changes.sh"
(umask 077 && mkdir -p -- "$state")
exec {lock}>"$state/lock"
flock -n "$lock" || misuse "another controller uses $state"
touch "$state/acts"

take_back '' '' "left by a controller that was killed"
[[ -z $undo ]] || exit 0

# --- cgroups (root) ---

# The directory of a cgroup in the tree.
in_tree() {
  local path=${1#/} name before='' i
  printf %s "$tree/cgroups"
  while [[ -n $path ]]; do
    name=${path%%/*}
    path=${path:${#name}+1}
    printf /%s "$before"
    for ((i = 0; i < ${#name}; i++)); do
      if [[ ${name:i:1} == [[:graph:]] && ${name:i:1} != % && $i${name:i:1} != 0. ]]; then
        printf %s "${name:i:1}"
      else
        printf %%%02X "'${name:i:1}"
      fi
    done
    before=groups/
  done
}

# Where a controller is mounted, and whether that is cgroup v2.
find_mount() {
  local fields before
  mount='' v2=''
  while read -ra fields; do
    before=${fields[*]}
    [[ $before == *' - cgroup '* && ,${fields[-1]}, == *,$1,* ]] || continue
    mount=${fields[4]}
    return
  done </proc/self/mountinfo
  mount=$(grep -m1 ' - cgroup2 ' /proc/self/mountinfo | cut -d' ' -f5) v2=yes
  [[ -n $mount ]] && grep -qw "$1" "$mount/cgroup.controllers"
}

# The line of the hog's cgroup in the hierarchy of a controller.
line_of() {
  if [[ -n $v2 ]]; then
    grep '^0::' "$process/limits/cgroup"
  else
    grep -E "^[0-9]+:([^:]*,)?$1(,[^:]*)?:" "$process/limits/cgroup"
  fi
}

# Makes a cgroup for one hog, sets a limit of it, and moves the hog there: CONTROLLER, then
# NAME=VALUE, of which the first is set that the group has. In v1 the group is below the one in which
# the hog lives, so all limits of that stay. In v2 a group with processes can't have groups with
# limits below it, so the new one is beside it.
own_group() {
  local controller=$1 line parent group limits limit
  if ! find_mount "$controller" || ! line=$(line_of "$controller"); then
    return 0
  fi
  parent=${line#*:*:}
  if [[ -n $v2 ]]; then parent=${parent%/*}; else parent=${parent%/}; fi
  group=$parent/kifs-hog-$pid
  if [[ -n $dry ]]; then
    log "would limit pid=$pid comm=$comm group=$mount$group ${*:2}: $why"
    return
  fi
  note "$pid" "$start" "$metric" group "$mount$group" "$line"
  [[ -z $v2 ]] || echo "+$controller" >"$mount$parent/cgroup.subtree_control" || return 0
  mkdir -- "$mount$group" || return 0
  limits=$(in_tree "$group")/limits
  for limit in "${@:2}"; do
    [[ -e $limits/${limit%%=*} ]] || continue
    echo "${limit#*=}" >"$limits/${limit%%=*}" || return 0
    log "limit pid=$pid comm=$comm group=$mount$group $limit: $why"
    act cgroup "$line" "${line%%:/*}:$group"
    return 0
  done
  log "refused pid=$pid comm=$comm group=$mount$group: it has no limit ${*:2}"
}

# --- hogs ---

declare -A files=([cpu]="nice cgroup" [rss]="as oom_score_adj cgroup" [fds]=nofile [shm]=as)
((EUID == 0)) || files=([cpu]=affinity [rss]="as oom_score_adj" [fds]=nofile [shm]=as)

# Changes a limit through the file that was opened before the hog was looked at: FILE OLD NEW
act() {
  if [[ $2 == "$3" ]] || grep -qE "^$pid"$'\t'"[^"$'\t'"]+"$'\t'"[a-z]+"$'\t'"$1"$'\t' "$state/acts"; then
    return 0 # as it is, or limited for another reason
  fi
  if [[ -n $dry ]]; then
    log "would limit pid=$pid comm=$comm $1=\"$3\" old=\"$2\": $why"
    return
  fi
  note "$pid" "$start" "$metric" "$@"
  if write "${opened[$1]}" "$3"; then
    log "limit pid=$pid comm=$comm $1=\"$3\" old=\"$2\": $why"
  else
    log "refused pid=$pid comm=$comm $1=\"$3\": $message"
  fi
  unset "opened[$1]"
}

# Lowers the soft value of an rlimit to a number.
act_soft() {
  local soft hard
  read -r soft hard <"$process/limits/$1"
  if [[ $soft == unlimited ]] || ((soft > $2)); then
    act "$1" "$soft $hard" "$2 $hard"
  fi
}

limit_cpu() {
  local cpus
  if ((EUID == 0)); then
    own_group cpu "cpu=$((quota * 1000)) 100000"
    act nice "$(<"$process/limits/nice")" 19
  else
    # A user may neither lower a nice value again nor leave the policy `idle`.
    cpus=$(<"$process/limits/affinity")
    act affinity "$cpus" "${cpus##*[-,]}"
  fi
}

limit_rss() {
  act_soft as $(($(<"$process/vsize") + $(bytes "$grow")))
  act oom_score_adj "$(<"$process/limits/oom_score_adj")" 500
  # In v1 the group's limit ends in the OOM killer, so the address space ends first.
  ((EUID != 0)) || own_group memory "memory.high=$(bytes "$grow")" "memory=$((2 * $(bytes "$grow")))"
}

limit_fds() { act_soft nofile "$(<"$process/fds.count")"; }

limit_shm() { act_soft as $(($(<"$process/vsize") + $(bytes "$grow"))); }

# Why a process is never limited; nothing if it may be.
spare() {
  if ((pid == 1)); then
    echo "it is init"
  elif ((pid == daemon || pid == $$)); then
    echo "it is kifs or this controller"
  elif [[ $(<"$process/sid") == "$(<"$tree/processes/$$/sid")" ]]; then
    echo "it is in this session"
  elif (($(<"$process/vsize") == 0)); then
    echo "it is a thread of the kernel"
  elif ((EUID != 0 && $(<"$process/uid") != EUID)); then
    echo "it is another user's"
  elif matches "$comm" "$spared"; then
    echo "its name is spared"
  fi
}

# Half of a threshold, such as 90% or 1.5G, with the same suffix.
half() {
  local number=${1%%[!0-9.]*}
  printf '%s%s' "$(awk "BEGIN { printf \"%.3f\", $number / 2 }")" "${1#"$number"}"
}

# Starts a waiter for the events of a condition. They come through the pipe, and a last line after
# them. Only the controller can read from the pipe, so no waiter outlives it by more than an event.
waiters=()
wait_for() {
  (
    exec {events}<&-
    grep --line-buffered '' "$tree/$1" 2>/dev/null &
    trap 'kill $!; exit' TERM
    wait $! || true
    echo "$2"
  ) >&"$sender" &
  waiters+=($!)
}

# Handles a process that exceeds a threshold.
consider() {
  local pid=${event[pid]} comm=${event[comm]} metric=${event[metric]}
  local process=$tree/processes/$pid start again file bound why
  local -A opened=()
  matches "$comm" "$only" || return 0
  ! grep -qE "^$pid"$'\t'"[0-9.]+"$'\t'"$metric"$'\t' "$state/acts" || return 0
  for file in ${files[$metric]}; do
    bind "$pid" "$file" || return 0
    opened[$file]=$bound
  done
  if start=$(<"$process/start") && why=$(spare); then
    if [[ -n $why ]]; then
      log "spare pid=$pid comm=$comm $metric=${event[value]}: $why"
    elif again=$(second_look); then
      again=${again#* value=}
      why="$metric is ${again%% *}, above ${threshold[$metric]}"
      "limit_$metric"
      [[ -n $dry ]] || wait_until_calm "$metric"
      sleep "$pause" &
      wait $! # unlike sleep itself it ends at a signal
    else
      log "let go pid=$pid comm=$comm $metric=${event[value]}: it is calm at a second look"
    fi
  fi
  for bound in "${opened[@]}"; do
    exec {bound}>&-
  done
}

# The event of a process that goes on to exceed the threshold.
second_look() {
  timeout "$((look + 3))" cat \
    "$process/notify/$metric/above/${threshold[$metric]},for=${look}s" 2>/dev/null
}

wait_until_calm() {
  local most=${threshold[$1]}
  ((EUID != 0)) || [[ $1 != cpu ]] || most=$quota
  wait_for "processes/$pid/notify/$1/below/$(half "$most"),for=$calm" "ended=$pid metric=$1"
}

# Deadlocks, and what is unusual, need somebody who decides: they are only reported.
report() {
  case ${event[metric]} in
    deadlock)
      log "deadlock ${event[value]}, of comm=${event[comm]} pid=${event[pid]}: not touched"
      sed 's/^/  /' "$tree/locks/deadlocks"
      ;;
    blocked) log "blocked pid=${event[pid]} comm=${event[comm]} for ${event[value]} s by ${event[owner]:-}" ;;
    unusual)
      log "unusual pid=${event[pid]} comm=${event[comm]}: ${event[of]} is ${event[now]}," \
        "usually ${event[usual]}: not touched"
      ;;
  esac
}

declare -A event
handle() {
  local word
  event=()
  for word in $1; do
    event[${word%%=*}]=${word#*=}
  done
  if [[ -n ${event[failed]:-} ]]; then
    # While a tree is being unmounted, it ends the waiters first.
    for word in {1..30}; do
      if [[ ! -r $tree/about ]]; then
        log "the tree has gone; run --undo when it is mounted again" >&2
        exit 3
      fi
      sleep 0.1
    done
    log "can't wait for ${event[failed]}"
  elif [[ -n ${event[ended]:-} ]]; then
    take_back "${event[ended]}" "${event[metric]}" "it has ended"
  elif [[ ${event[predicate]} == below ]]; then
    take_back "${event[pid]}" "${event[metric]}" "it is calm"
  elif [[ -n ${files[${event[metric]}]:-} ]]; then
    consider
  else
    report
  fi
}

end() {
  kill "${waiters[@]}" 2>/dev/null || true
  [[ ! -r $tree/about ]] || take_back '' '' "the controller ends"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkfifo "$state/events.$$"
exec {events}<>"$state/events.$$"
exec {sender}>"$state/events.$$"
rm "$state/events.$$"
whose=''
((EUID == 0)) || whose=,uid=$EUID
for metric in cpu rss fds shm; do
  condition=processes/each/notify/$metric/above/${threshold[$metric]}$whose
  [[ $metric != cpu ]] || condition+=,for=$lasting
  [[ ${threshold[$metric]} == off ]] || wait_for "$condition,follow" "failed=$condition"
done
if [[ -d $tree/locks/notify/deadlock ]]; then
  wait_for "locks/notify/deadlock/occurs/any,follow" "failed=locks/notify/deadlock"
fi
if [[ -d $tree/processes/each/notify/unusual ]]; then
  wait_for "processes/each/notify/unusual/above/6$whose,follow" "failed=unusual"
fi
log "waiting${dry:+ (dry run)}"
while read -r -u "$events" line; do
  handle "$line"
done

#!/usr/bin/env bash
# Limits each process that uses more than PERCENT of a CPU for TIME: it gets nice 19, and at most a
# tenth of a CPU. With COMM, it limits only processes of that name.
# usage: limit-cpu-hogs.sh MOUNTPOINT [PERCENT [TIME [COMM]]]
set -euo pipefail
mountpoint=$1 percent=${2:-90} time=${3:-30s} only=${4:-}
if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then # cgroup v2
  group=/sys/fs/cgroup/kifs-hogs
  echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
  mkdir -p "$group" && echo "10000 100000" >"$group/cpu.max"
else
  group=/sys/fs/cgroup/cpu/kifs-hogs
  mkdir -p "$group" && echo 10000 >"$group/cpu.cfs_quota_us"
fi
echo "waiting"
while read -r event; do
  [[ $event =~ \ pid=([0-9]+)\ .*\ comm=([^ ]+)\  ]] || continue
  pid=${BASH_REMATCH[1]} comm=${BASH_REMATCH[2]}
  [[ -z $only || $comm == "$only" ]] || continue
  renice -n 19 -p "$pid" >/dev/null && echo "$pid" >"$group/cgroup.procs" && echo "limited $comm ($pid)"
done <"$mountpoint/processes/each/notify/cpu/above/$percent,over=1s,for=$time,follow"
echo "the tree has gone" >&2 # Any process never vanishes, so nothing else ends the loop.
exit 3

#!/usr/bin/env bash
# Checks cgroups/ on a kernel with cgroup v2 alone, in a virtual machine (see guest.sh).
#
#   guest-cgroups.sh KERNEL
#
# Needs a built fs/target/kifs.jar. Prints what cgroups.py prints; the exit status is 0 if all checks
# pass.
set -euo pipefail

(($# == 1)) || {
  echo "usage: guest-cgroups.sh KERNEL" >&2
  exit 1
}
here=$(dirname -- "$(readlink -f -- "$0")")
cd "$here/.."

# shellcheck disable=SC2016 # The guest's shell expands it.
guest='
  java=$1
  check() {
    mkdir -p /tmp/kernel
    "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar fs/target/kifs.jar \
      --source=procfs "--tick=$1" /tmp/kernel >/tmp/log 2>&1 &
    for ((i = 0; i < 300; i++)); do
      [[ -e /tmp/kernel/cgroups ]] && break
      sleep 1
    done
    python3 -B fs/src/test/python/cgroups.py /tmp/kernel ${2:-} || { cat /tmp/log; echo failed; }
    kill $!
    wait $! || true
  }
  check 100ms
  check 60s pushed
'
out=$("$here/guest.sh" "$1" bash -c "$guest" guest "$(readlink -f -- "$(type -P java)")")
printf '%s\n' "$out"
[[ $(grep -c '^ok: ' <<<"$out") == 2 ]]

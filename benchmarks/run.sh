#!/usr/bin/env bash
# Measures the rows named (by default those in ordinary_rows) and prints a table with both sides of
# each ratio, taken in turns on this machine. See README.md beside this file.
#   run.sh [ROW...]
#   run.sh --compile    only compiles all that the rows need; needs no root
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$(dirname -- "$here")
jar=$root/fs/target/kifs.jar
rounds=${ROUNDS:-7}
minutes=${MINUTES:-10}
threads_each=4
fds_each=10
ordinary_rows=(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 19 20 storm holdings)
all_rows=("${ordinary_rows[@]}" trial waits alarms top 5b 17 18)
compile_only=''
if [[ ${1:-} == --compile ]]; then
  compile_only=yes
  shift
fi
rows=("$@")
((${#rows[@]})) || rows=("${ordinary_rows[@]}")

fail() {
  printf 'benchmarks: %s\n' "$*" >&2
  exit 1
}
[[ -n $compile_only ]] || ((EUID == 0)) || fail "mounting needs root"
[[ "$rounds" =~ ^[1-9][0-9]*$ ]] || fail "ROUNDS=$rounds: not a number"
[[ "$minutes" =~ ^[1-9][0-9]*$ ]] || fail "MINUTES=$minutes: not a number"
for row in "${rows[@]}"; do
  [[ " ${all_rows[*]} " == *" $row "* ]] || fail "no row $row here: ${all_rows[*]}"
done

work=$(mktemp -d)
constant=$work/constant
load_pid=''
awake_pid=''
# shellcheck source=common.sh
. "$here/common.sh"
# shellcheck source=rows.sh
. "$here/rows.sh"
# shellcheck source=daemon-rows.sh
. "$here/daemon-rows.sh"
# shellcheck source=waiting-rows.sh
. "$here/waiting-rows.sh"
# shellcheck source=transport-rows.sh
. "$here/transport-rows.sh"
# shellcheck source=holdings-rows.sh
. "$here/holdings-rows.sh"
# shellcheck source=top-rows.sh
. "$here/top-rows.sh"

clean_up() {
  trap - EXIT
  end_load
  drop_all
  # Don't delete files in a directory that may still be mounted.
  rm -rf --one-file-system -- "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

if [[ -n $compile_only ]]; then
  build_all
  exit
fi
build_programs
echo "$(nproc) CPUs, Linux $(uname -r), load average $(cut -d' ' -f1-3 /proc/loadavg)," \
  "$rounds rounds: median (smallest-largest)"
for row in "${rows[@]}"; do
  "row_$row"
done

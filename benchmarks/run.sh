#!/usr/bin/env bash
# Runs the rows named (4 5 6 9 10 11 12 and holdings: fds and shared memory; by default all) and
# prints a table with both sides of each
# ratio, taken in turns on this machine; `trial`, `waits` and `alarms` are others. See README.md beside
# this file.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$here/..
rounds=${ROUNDS:-7}
threads_each=4
fds_each=10
rows=("$@")
((${#rows[@]})) || rows=(4 5 6 9 10 11 12 holdings)

fail() { printf 'benchmarks: %s\n' "$*" >&2; exit 1; }
((EUID == 0)) || fail "mounting needs root"
[[ "$rounds" =~ ^[1-9][0-9]*$ ]] || fail "ROUNDS=$rounds: not a number"
for row in "${rows[@]}"; do
  [[ $row =~ ^([4569]|1[0-2]|holdings|trial|waits|alarms)$ ]] ||
    fail "no row $row here: 4 5 6 9 10 11 12 holdings trial waits alarms"
done
if [[ " ${rows[*]} " == *" 5 "* ]] && ! pkg-config --exists fuse; then
  fail "missing for row 5: libfuse-dev pkg-config (sudo apt-get install them)"
fi

work=$(mktemp -d)
tree=$work/kifs
constant=$work/constant
load_pid=''

clean_up() {
  trap - EXIT
  end_load
  if mountpoint -q "$constant"; then fusermount -u "$constant" || fusermount -uz "$constant"; fi
  "$root/mount.sh" --unmount "$tree" >/dev/null 2>&1 || true
  # Not into what may still be mounted.
  rm -rf --one-file-system -- "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

build() {
  local name
  for name in procwalk bulkread openread latency waiters fdwalk; do
    gcc -std=gnu11 -O2 -pthread -o "$work/$name" "$here/$name.c"
  done
  gcc -std=gnu11 -O1 -pthread -o "$work/hog" "$root/test-data/programs/hog.c"
  if [[ " ${rows[*]} " == *" 5 "* ]]; then
    # shellcheck disable=SC2046 # words are what is wanted
    gcc -std=gnu11 -O2 -o "$work/constfs" "$here/constfs.c" $(pkg-config --cflags --libs fuse)
  fi
  gcc -std=gnu11 -O2 -pthread -o "$work/load" "$root/test-data/programs/load.c"
}

mount_kifs() {
  mkdir "$tree"
  "$root/mount.sh" --log="$work/log" "$tree"
  daemon=$(sed -n 's/^pid=//p' "$tree/about")
}

# Makes a load of $1 processes, $2 of which have a thread that waits for a mutex; it stands when
# this returns.
begin_load() {
  local answer
  coproc load { exec "$work/load" "$1" "$threads_each" "$fds_each" "${2:-0}"; }
  # shellcheck disable=SC2154 # coproc sets it
  load_pid=$load_PID
  read -r -t 120 answer <&"${load[0]}" || fail "the load doesn't stand"
  [[ $answer == ready* ]] || fail "the load says $answer"
}

end_load() {
  [[ -n $load_pid ]] || return 0
  kill -TERM "$load_pid" 2>/dev/null || true
  wait "$load_pid" 2>/dev/null || true
  load_pid=''
}

# Median, smallest and largest of the values of key $2 in the lines of file $1.
summary() {
  grep -o "\b$2=-\?[0-9.]*" "$1" | cut -d= -f2 | sort -n |
    awk '{v[NR] = $1} END {printf "%s %s %s\n", v[int((NR + 1) / 2)], v[1], v[NR]}'
}

median() { summary "$1" "$2" | cut -d' ' -f1; }

table_line() { printf '%-44s %24s %24s %8s\n' "$@"; }

# A line of the table: what, then file and key of kifs's side, then of the other's.
compare() {
  local ours theirs
  read -ra ours < <(summary "$2" "$3")
  read -ra theirs < <(summary "$4" "$5")
  table_line "$1" "${ours[0]} (${ours[1]}-${ours[2]})" "${theirs[0]} (${theirs[1]}-${theirs[2]})" \
    "$(ratio "${ours[0]}" "${theirs[0]}")"
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN {if (b > 0) printf "%.2f", a / b; else print "-"}'; }

# Both sides in turns over the load that stands, into files $1.kifs and $1.walk.
bulk_against_walk() {
  local round
  # The first of each isn't counted: the daemon's JVM has compiled nothing yet.
  timeout 120 "$work/bulkread" -n 3 "$tree/processes/bulk" "$daemon" >"$1.cold"
  timeout 120 "$work/procwalk" >/dev/null
  for ((round = 0; round < rounds; round++)); do
    timeout 120 "$work/bulkread" "$tree/processes/bulk" "$daemon" >>"$1.kifs"
    timeout 120 "$work/procwalk" >>"$1.walk"
  done
}

row_4() {
  local out=$work/row4
  begin_load 5000
  bulk_against_walk "$out"
  end_load
  table_line "row 4: whole bulk, 5,000 x $threads_each" "kifs" "C, same files" "ratio"
  compare "  wall ms" "$out.kifs" wall_ms "$out.walk" wall_ms
  compare "  processor ms (kifs: reader and daemon)" "$out.kifs" total_ms "$out.walk" cpu_ms
  table_line "  threads seen" "$(median "$out.kifs" threads)" "$(median "$out.walk" threads)" ""
  table_line "  cold: wall ms of the first" "$(head -n 1 "$out.cold" | grep -o 'wall_ms=[0-9.]*')" "" ""
}

# Everything on one processor: what differs else is mostly where the scheduler puts the two sides.
row_5() {
  local name path round out
  taskset -acp 0 "$daemon" >/dev/null
  for name in rss bulk; do
    out=$work/row5.$name
    path=processes/$$/$name
    mkdir -p "$constant"
    cat "$tree/$path" >"$work/answer"
    taskset -c 0 "$work/constfs" "$work/answer" -f -o attr_timeout=0,entry_timeout=0 "$constant" &
    for ((round = 0; round < 100; round++)); do
      ! mountpoint -q "$constant" || break
      sleep 0.05
    done
    mountpoint -q "$constant" || fail "constfs doesn't mount"
    for ((round = 0; round < rounds; round++)); do
      timeout 60 taskset -c 0 "$work/openread" -n 2000 "$tree/$path" >>"$out.kifs"
      timeout 60 taskset -c 0 "$work/openread" -n 2000 "$constant/$path" >>"$out.constant"
    done
    fusermount -u "$constant"
    wait "$!" || true
    table_line "row 5: open + read + close of PID/$name" "kifs" "C, a constant" "ratio"
    compare "  warm: us" "$out.kifs" median_us "$out.constant" median_us
    head -n 1 "$out.kifs" >"$out.cold"
    head -n 1 "$out.constant" >"$out.constant.cold"
    compare "  cold: us, the first 2,000" "$out.cold" median_us "$out.constant.cold" median_us
    compare "  99th percentile: us" "$out.kifs" p99_us "$out.constant" p99_us
  done
  taskset -acp "0-$(($(nproc --all) - 1))" "$daemon" >/dev/null
}

row_6() {
  local processes out
  table_line "row 6: growth, ns a thread (wall)" "kifs" "C, same files" "ratio"
  for processes in 250 1250 5000; do
    out=$work/row6.$processes
    begin_load "$processes"
    bulk_against_walk "$out"
    end_load
    ns_each "$out.kifs"
    ns_each "$out.walk"
    compare "  $((processes * threads_each)) threads" "$out.kifs.ns" each_ns "$out.walk.ns" each_ns
  done
}

# Both sides in turns; the first of each isn't counted. $1 is the line's name, then an event and how to
# wait for it, then the same of the other side.
row_of_latency() {
  local round out=$work/latency.$2.$3
  timeout 60 "$work/latency" "$2" "$3" 50 "$tree" >/dev/null
  for ((round = 0; round < rounds; round++)); do
    timeout 120 "$work/latency" "$2" "$3" "$each" "$tree" >>"$out.kifs"
    timeout 120 "$work/latency" "$4" "$5" "$each" "$tree" >>"$out.other"
  done
  compare "  $1: p50 us" "$out.kifs" p50_us "$out.other" p50_us
  compare "  $1: p99 us" "$out.kifs" p99_us "$out.other" p99_us
  compare "  $1: not told" "$out.kifs" missed "$out.other" missed
}

row_9() {
  local each=200
  table_line "row 9: exit to the client's return" "kifs" "poll of a pidfd" "ratio"
  row_of_latency "waiting in open" exit open exit pidfd
  row_of_latency "waiting by poll" exit poll exit pidfd
}

row_10() {
  local each=40
  table_line "row 10: crossing of fds to return" "kifs, open" "kifs, poll" "ratio"
  row_of_latency "tick of 100 ms" fds open fds poll
}

# The daemon's cost of waiters, from a fresh daemon: memory that it has it keeps.
row_of_waiters() {
  local out=$work/waiters.$1
  "$root/mount.sh" --unmount "$tree" >/dev/null
  rmdir "$tree"
  mount_kifs >/dev/null
  # What any daemon has that has done this once, it has before.
  timeout 100 "$work/waiters" "$1" 50 "$tree" "$daemon" 1 >/dev/null
  timeout 200 "$work/waiters" "$1" "$2" "$tree" "$daemon" 10 >"$out"
  for key in rss_mb threads cpu_percent sampling_percent all_back_s; do
    table_line "  $key" "$(median "$out" "$key")" "" ""
  done
}

row_11() {
  table_line "row 11: 1,000 blocked opens" "kifs" "" ""
  row_of_waiters open 1000
}

row_12() {
  table_line "row 12: 4,000 pollers, 4,000 names" "kifs" "" ""
  row_of_waiters poll 4000
}

# A bulk with query $2 against $3 of fdwalk, in turns; $1 is the line's name.
holdings_against_walk() {
  local round out=$work/holdings.$3
  timeout 120 "$work/bulkread" -n 3 "$tree/$2" "$daemon" >/dev/null
  timeout 120 "$work/fdwalk" "$3" >/dev/null
  for ((round = 0; round < rounds; round++)); do
    timeout 120 "$work/bulkread" "$tree/$2" "$daemon" >>"$out.kifs"
    timeout 120 "$work/fdwalk" "$3" >>"$out.walk"
  done
  table_line "$1" "kifs" "C ($3)" "ratio"
  compare "  wall ms" "$out.kifs" wall_ms "$out.walk" wall_ms
  compare "  processor ms (kifs: reader and daemon)" "$out.kifs" total_ms "$out.walk" cpu_ms
}

row_holdings() {
  local began
  begin_load 5000
  holdings_against_walk "fds: bulk?tags=fd, 5,000 x $threads_each" "bulk?tags=fd" fds
  table_line "  fds" "" "$(median "$work/holdings.fds.walk" fds)" ""
  holdings_against_walk "fds, light: links alone" "bulk?tags=fd&fields=light" links
  holdings_against_walk "shm: bulk?tags=shm,shm_user" "bulk?tags=shm,shm_user" maps
  if command -v lsof >/dev/null; then
    began=$(date +%s%N)
    timeout 120 lsof -n -P -w >/dev/null || true
    table_line "  lsof: wall ms, once" "" "$((($(date +%s%N) - began) / 1000000))" ""
  fi
  end_load
}

row_trial() {
  echo "trial: made-up excursions, both processors busy"
  timeout 900 python3 "$here/trial.py" "$tree" "$work/hog" "${EXCURSIONS:-1000}" || echo "  not all were told once"
}

# Who waits for whom, of 4,000 that wait, against reading the one file that tells of each thread
# whether it waits; and a look for deadlocks alone.
row_waits() {
  local out=$work/waits round
  begin_load 5000 4000
  timeout 300 "$work/bulkread" -n 2 "$tree/locks/bulk" "$daemon" >"$out.cold"
  for ((round = 0; round < rounds; round++)); do
    timeout 120 "$work/bulkread" "$tree/locks/bulk" "$daemon" >>"$out.kifs"
    timeout 120 "$work/procwalk" -p comm -t syscall >>"$out.walk"
  done
  end_load
  table_line "waits of 5,000 x $threads_each, 4,000 waiters" "kifs" "C, syscall files only" "ratio"
  compare "  wall ms" "$out.kifs" wall_ms "$out.walk" wall_ms
  compare "  pass ms" "$out.kifs" pass_ms "$out.walk" wall_ms
  compare "  processor ms (kifs: reader and daemon)" "$out.kifs" total_ms "$out.walk" cpu_ms
  table_line "  waits, threads seen" "$(median "$out.kifs" waits)" "$(median "$out.walk" threads)" ""
}

# Ten minutes (TRIAL seconds) of threads that contend in every way, with somebody who waits for a
# deadlock at the finest tick. A real deadlock at the end shows that one would have been told.
row_alarms() {
  local seconds=${TRIAL:-600} told=$work/told before tries
  gcc -std=gnu11 -O1 -pthread -o "$work/contend" "$root/test-data/programs/contend.c"
  gcc -std=gnu11 -O1 -pthread -o "$work/locks" "$root/test-data/programs/locks.c"
  nice -n 19 "$work/contend" all 300 < <(exec sleep $((seconds + 60))) >/dev/null &
  local contend=$!
  cat "$tree/locks/notify/deadlock/occurs/any,follow" >"$told" &
  local waiter=$!
  sleep "$seconds"
  before=$(wc -l <"$told")
  "$work/locks" normal "$work" 'T a | b' 'T b | a' >/dev/null &
  local deadlock=$!
  for ((tries = 0; tries < 600; tries++)); do
    (($(wc -l <"$told") == before)) || break
    sleep 0.1
  done
  kill "$deadlock" "$contend" "$waiter" 2>/dev/null || true
  wait "$deadlock" "$contend" "$waiter" 2>/dev/null || true
  table_line "trial: 300 threads contend for $seconds s" "deadlocks reported" "of those there were" ""
  table_line "  while they contend" "$before" "0" ""
  table_line "  then one is made" "$(($(wc -l <"$told") - before))" "1" ""
}

# From lines with wall_ms and threads, lines with each_ns.
ns_each() {
  awk '{
    for (i = 1; i <= NF; i++) {
      split($i, pair, "=")
      value[pair[1]] = pair[2]
    }
    if (value["threads"] > 0) printf "each_ns=%d\n", value["wall_ms"] * 1e6 / value["threads"]
  }' "$1" >"$1.ns"
}

build
mount_kifs
echo "$(nproc) processors, Linux $(uname -r), $rounds rounds: median (smallest-largest)"
for row in "${rows[@]}"; do
  "row_$row"
done

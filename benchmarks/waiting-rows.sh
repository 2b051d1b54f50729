# shellcheck shell=bash
# Rows 9 to 12 and two trials: the latency of events and the cost of waiters. Read by run.sh.

# Waits $2 times for the event $3 in the way $4, or for the event $5 in the way $6.
wait_in_one_way() { timeout 120 "$work/latency" "$3" "$4" "$2" "$tree" >>"$1.kifs"; }

wait_in_another() { timeout 120 "$work/latency" "$5" "$6" "$2" "$tree" >>"$1.other"; }

# Both sides in turns, after some events that aren't counted. $1 is the line's name, $2 how often
# each side waits in its turn; then an event and how to wait for it, and the same of the other side.
row_of_latency() {
  local out=$work/latency.$3.$4
  timeout 60 "$work/latency" "$3" "$4" 50 "$tree" >/dev/null
  alternate wait_in_one_way wait_in_another "$out" "${@:2}"
  compare "  $1: p50 us" "$out.kifs" p50_us "$out.other" p50_us
  compare "  $1: p99 us" "$out.kifs" p99_us "$out.other" p99_us
  compare "  $1: not told" "$out.kifs" missed "$out.other" missed
}

row_9() {
  use waiting
  table_line "row 9: exit to the client's return" "kifs" "poll of a pidfd" "ratio"
  row_of_latency "waiting in open" 200 exit open exit pidfd
  row_of_latency "waiting by poll" 200 exit poll exit pidfd
}

row_10() {
  use waiting
  table_line "row 10: crossing of fds to return" "kifs, open" "kifs, poll" "ratio"
  row_of_latency "tick of 100 ms" 40 fds open fds poll
}

# The cost of waiters, with a new daemon, because a daemon doesn't return memory. $1 is the way in
# which they wait, $2 their number; then options of mount.sh.
row_of_waiters() {
  local key out=$work/waiters.$1
  use fresh "${@:3}"
  # A first round allocates the memory that every daemon has after its first waiters.
  timeout 100 "$work/waiters" "$1" 50 "$tree" "$daemon" 1 >/dev/null
  timeout 200 "$work/waiters" "$1" "$2" "$tree" "$daemon" 10 >"$out"
  for key in rss_mb threads cpu_percent sampling_percent all_back_s; do
    table_line "  $key" "$(median "$out" "$key")" "" ""
  done
  drop fresh
}

row_11() {
  table_line "row 11: 1,000 blocked opens" "kifs" "" ""
  row_of_waiters open 1000
}

row_12() {
  table_line "row 12: 4,000 pollers, 4,000 names" "kifs" "" ""
  row_of_waiters poll 4000
}

row_trial() {
  use waiting
  compile hog -O1 -pthread "$root/test-data/programs/hog.c"
  echo "trial: made-up excursions, both CPUs busy"
  PYTHONPATH=$root/fs/src/test/python timeout 900 \
    python3 "$here/trial.py" "$tree" "$work/hog" "${EXCURSIONS:-1000}" "${SEED:-1}" ||
    echo "  not all were told once"
}

# Threads contend in every way for ten minutes (TRIAL seconds), while a client waits for a deadlock at
# the shortest tick. A real deadlock at the end shows that one would have been reported.
row_alarms() {
  local seconds=${TRIAL:-600} told=$work/told before tries
  use waiting
  compile contend -O1 -pthread "$root/test-data/programs/contend.c"
  compile locks -O1 -pthread "$root/test-data/programs/locks.c"
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
  table_line "trial: 300 threads contend for $seconds s" \
    "deadlocks reported" "of those there were" ""
  table_line "  while they contend" "$before" "0" ""
  table_line "  then one is made" "$(($(wc -l <"$told") - before))" "1" ""
}

# shellcheck shell=bash
# Rows 7, 8 and 13 to 15 and the storm: the cost of the daemon itself. run.sh reads this file.

# A hundred different conditions on processes, none of which is ever met.
conditions() {
  local i
  for ((i = 1; i <= 20; i++)); do
    printf '%s\n' "cpu/above/$((1000 + i))" "rss/above/$((500 + i))G" "fds/above/$((900000 + i))" \
      "threads/above/$((90000 + i))" "blocked/above/$((1000 + i))h"
  done
}

# What the daemon costs in some seconds while the conditions from $2 on are waited for.
wait_for_conditions() { python3 "$here/waitcost.py" "$daemon" 15 "${@:2}" >>"$1.kifs"; }

# Walks of /proc that could tell the same, with threads and without.
walk_for_conditions() {
  timeout 120 "$work/procwalk" -p stat,statm,fd -t syscall >>"$1.walk"
  timeout 120 "$work/procwalk" -p stat,statm,fd -t "" >>"$1.light"
}

row_7() {
  local out=$work/row7 names=() metric
  local rounds=$(((rounds + 1) / 2))
  use bpf-1s --source=bpf --tick=1s
  begin_load 5000
  mapfile -t names < <(conditions)
  names=("${names[@]/#/$tree/processes/each/notify/}")
  # The JVM compiles the code of a sample only after a while, so the first figures are kept apart.
  python3 "$here/waitcost.py" "$daemon" 20 "${names[@]}" >"$out.cold"
  alternate wait_for_conditions walk_for_conditions "$out" "${names[@]}"
  table_line "row 7: 100 conditions at 1 Hz, 5,000 x $threads_each" \
    "kifs" "C, walking /proc" "ratio"
  # One round a second, so 10 ms are one percent.
  percent "$out.walk"
  percent "$out.light"
  compare "  % of a CPU" "$out.kifs" percent "$out.walk.percent" percent
  compare "  the same, /proc without threads" "$out.kifs" percent "$out.light.percent" percent
  table_line "  the first 20 s" "$(median "$out.cold" percent)" "" ""
  for metric in cpu rss fds threads blocked; do
    mapfile -t names < <(conditions | grep "^$metric/")
    names=("${names[@]/#/$tree/processes/each/notify/}")
    python3 "$here/waitcost.py" "$daemon" 10 "${names[@]}" >"$out.$metric"
    table_line "  of it, 20 conditions on $metric alone" "$(median "$out.$metric" percent)" "" ""
  done
  end_load
  drop bpf-1s
}

# Turns the lines of a walk once a second into its share of one CPU.
percent() { awk '{sub(/.*cpu_ms=/, ""); printf "percent=%.2f\n", $1 / 10}' "$1" >"$1.percent"; }

row_8() {
  local out=$work/row8
  use bpf --source=bpf
  timeout 60 "$work/bulkread" -n 50 "$tree/processes/bulk" >/dev/null
  # The JVM has compiled the code, and its garbage collector has run.
  sleep 5
  python3 "$here/waitcost.py" "$daemon" 40 >"$out"
  table_line "row 8: idle, nobody waits" "kifs" "" ""
  table_line "  % of a CPU, over 40 s" "$(median "$out" percent)" "" ""
  drop bpf
}

# The CPU time of the history of 20,000 sleeping threads.
row_19() {
  local out=$work/row19
  use bpf-history --source=bpf --history=1s
  begin_load 5000
  python3 "$here/waitcost.py" "$daemon" 20 >"$out.cold"
  python3 "$here/waitcost.py" "$daemon" 40 >"$out.history"
  end_load
  table_line "row 19: history at 1 Hz, 5,000 x $threads_each" "kifs" "" ""
  table_line "  % of a CPU, over 40 s" "$(median "$out.history" percent)" "" ""
  table_line "  the first 20 s" "$(median "$out.cold" percent)" "" ""
  drop bpf-history
}

# The time from the command to the first answer. The parts of the start are from the daemon's log.
row_13() {
  local out=$work/row13 round began mounted answered key whole
  for ((round = 0; round < rounds; round++)); do
    began=$EPOCHREALTIME
    use "start$round" --source=bpf
    mounted=$EPOCHREALTIME
    cat "$tree/processes/$$/rss" >/dev/null
    answered=$EPOCHREALTIME
    awk -v a="$began" -v b="$mounted" -v c="$answered" 'BEGIN {
      printf "whole_ms=%d mount_ms=%d ", (c - a) * 1e3, (b - a) * 1e3
      printf "read_ms=%.1f ", (c - b) * 1e3
    }' >>"$out"
    grep -o 'started in .*' "$work/start$round.log" >>"$out"
    ((round > 0)) || cp "$out" "$out.first"
    drop "start$round"
  done
  table_line "row 13: start to first cat, BPF" "ms" "" ""
  read -ra whole < <(summary "$out" whole_ms)
  table_line "  whole, warm file cache" "${whole[0]} (${whole[1]}-${whole[2]})" "" ""
  table_line "  of it, mount.sh with the daemon's start" "$(median "$out" mount_ms)" "" ""
  for key in jvm arguments source mount; do
    table_line "    daemon: $key" "$(median "$out" "$key")" "" ""
  done
  table_line "  of it, the first cat" "$(median "$out" read_ms)" "" ""
}

# MINUTES of bulks once a second.
row_14() {
  local out=$work/row14 minute reader
  use bpf --source=bpf
  begin_load 5000
  table_line "row 14: bulks at 1 Hz, 5,000 x $threads_each" "daemon's RSS, MB" "" ""
  timeout "$((minutes + 2))m" "$work/bulkread" -n "$((minutes * 60))" -i 1000 \
    "$tree/processes/bulk" "$daemon" >"$out" &
  reader=$!
  for ((minute = 0; minute <= minutes; minute++)); do
    ((minute > 0)) || sleep 2
    table_line "  after $minute min" "$(($(rss_kb "$daemon") / 1024))" "" ""
    ((minute == minutes)) || sleep 60
  done
  wait "$reader"
  table_line "  CPU ms a bulk" "$(median "$out" total_ms)" "" ""
  # As many bulks as in an hour, one after the other.
  timeout 20m "$work/bulkread" -n 3600 "$tree/processes/bulk" "$daemon" >"$out"
  table_line "  after 3,600 more without a pause" "$(($(rss_kb "$daemon") / 1024))" "" ""
  end_load
  drop bpf
}

row_15() {
  local processes pass each threads
  # The mount builds kifs.jar.
  use bpf --source=bpf
  drop bpf
  table_line "row 15: what a pass allocates on the heap" "bytes a pass" "bytes a thread" ""
  for processes in 1250 5000; do
    begin_load "$processes"
    java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$jar" "$here/Allocation.java" |
      while read -r pass each threads; do
        table_line "  $threads threads" "$pass" "$each" ""
      done
    end_load
  done
}

# Short-lived processes on all CPUs for half a minute, while bulks are read and checked.
row_storm() {
  local out=$work/row-storm before after storm seconds=30
  use bpf --source=bpf
  build_stormread "$tree/schema"
  # The memory that the daemon needs in any case is used before the measurement.
  timeout 60 "$work/bulkread" -n 300 "$tree/bulk" >/dev/null
  "$work/storm" "$(nproc)" "$((seconds + 5))" >"$out.made" &
  storm=$!
  sleep 1
  "$work/stormread" 2 "$tree/bulk" >/dev/null
  before=$(rss_kb "$daemon")
  "$work/stormread" "$seconds" "$tree/bulk" >"$out" || echo "damaged=1" >>"$out"
  after=$(rss_kb "$daemon")
  wait "$storm" || true
  table_line "storm: $seconds s of processes that come and go" "" "" ""
  table_line "  processes made" "$(median "$out.made" processes)" "" ""
  table_line "  bulks read, and checked" "$(median "$out" bulks)" "" ""
  table_line "  records; of the storm's processes" \
    "$(median "$out" records)" "$(median "$out" storm)" ""
  table_line "  bad records" "$(median "$out" bad)" "" ""
  table_line "  daemon's RSS, MB: before, after" "$((before / 1024))" "$((after / 1024))" ""
  grep '^bad record' "$out" | head -n 20 || true
  drop bpf
}

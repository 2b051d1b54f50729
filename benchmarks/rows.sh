# shellcheck shell=bash
# Rows 1 to 6: a bulk or a file, compared with other ways to the same figures. Read by run.sh.

# The files of /proc that a monitor reads, in C. It doesn't parse them, which is in its favour.
walk=(-p "stat,status,io,statm,fd" -t "stat,status")

# Writes times of warm bulks of the tree in use to $1.kifs. The first read of each program is slow,
# because it allocates memory. So a program reads several times, as a controller does. The very
# first time, of a cold daemon, goes to $1.cold.
read_bulks() { timeout 120 "$work/bulkread" -n 5 "$tree/processes/bulk" "$daemon" >>"$1.kifs"; }

warm_up() {
  timeout 120 "$work/bulkread" -n "${2:-200}" "$tree/processes/bulk" "$daemon" >"$1.all"
  head -n 1 "$1.all" >"$1.cold"
}

cold_line() {
  table_line "  cold daemon: wall ms of the first" "$(median "$1.cold" wall_ms)" "" ""
}

row_1() {
  local out=$work/row1 round
  use bpf --source=bpf
  begin_load 5000
  warm_up "$out"
  for ((round = 0; round < rounds; round++)); do
    read_bulks "$out"
    timeout 120 "$work/procwalk" "${walk[@]}" >>"$out.walk"
  done
  end_load
  table_line "row 1: whole bulk, BPF, 5,000 x $threads_each" "kifs" "C, walking /proc" "times"
  compare "  wall ms" "$out.kifs" wall_ms "$out.walk" wall_ms faster
  compare "  processor ms (kifs: reader and daemon)" "$out.kifs" total_ms "$out.walk" cpu_ms faster
  table_line "  threads seen" "$(median "$out.kifs" threads)" "$(median "$out.walk" threads)" ""
  table_line "  of kifs's: the pass itself, wall ms" "$(median "$out.kifs" pass_ms)" "" ""
  cold_line "$out"
  drop bpf
}

row_2() {
  local out=$work/row2 round
  use bpf --source=bpf
  begin_load 5000
  warm_up "$out"
  for ((round = 0; round < rounds; round++)); do
    read_bulks "$out"
    timed "$out.ps" timeout 120 ps -eLo pid,tid,stat,pcpu,rss,vsz,comm
  done
  end_load
  table_line "row 2: whole bulk, BPF, 5,000 x $threads_each" "kifs" "ps -eL" "times"
  compare "  wall ms" "$out.kifs" wall_ms "$out.ps" wall_ms faster
  compare "  processor ms (kifs: reader and daemon)" "$out.kifs" total_ms "$out.ps" cpu_ms faster
}

row_3() {
  local out=$work/row3 round program
  build_iterread
  use bpf --source=bpf
  begin_load 5000
  warm_up "$out"
  for ((round = 0; round < rounds; round++)); do
    read_bulks "$out"
    for program in tasks records; do
      timeout 120 "$work/iterread" -n 5 "$work/iterread.bpf.o" "$program" >>"$out.$program"
    done
  done
  end_load
  table_line "row 3: whole bulk, BPF, 5,000 x $threads_each" "kifs" "C, bare iterator" "ratio"
  compare "  a record a task: wall ms" "$out.kifs" wall_ms "$out.tasks" wall_ms
  compare "  a record a task: processor ms" "$out.kifs" total_ms "$out.tasks" cpu_ms
  compare "  PROCESS and all THREADs: wall ms" "$out.kifs" wall_ms "$out.records" wall_ms
  compare "  PROCESS and all THREADs: processor ms" "$out.kifs" total_ms "$out.records" cpu_ms
  table_line "  bytes" "$(median "$out.kifs" bytes)" "$(median "$out.records" bytes)" ""
}

row_4() {
  local out=$work/row4 round
  use procfs --source=procfs
  begin_load 5000
  # Passes through /proc are long, so after a few of them the JVM has compiled the code.
  warm_up "$out" 10
  for ((round = 0; round < rounds; round++)); do
    timeout 120 "$work/bulkread" "$tree/processes/bulk" "$daemon" >>"$out.kifs"
    timeout 120 "$work/procwalk" >>"$out.walk"
  done
  end_load
  table_line "row 4: whole bulk, /proc, 5,000 x $threads_each" "kifs" "C, same files" "ratio"
  compare "  wall ms" "$out.kifs" wall_ms "$out.walk" wall_ms
  compare "  processor ms (kifs: reader and daemon)" "$out.kifs" total_ms "$out.walk" cpu_ms
  table_line "  threads seen" "$(median "$out.kifs" threads)" "$(median "$out.walk" threads)" ""
  cold_line "$out"
  drop procfs
}

# Mounts a filesystem in which every file has the content of $work/answer.
mount_constant() {
  local try
  mkdir -p "$constant"
  taskset -c 0 "$work/constfs" "$work/answer" -f -o attr_timeout=0,entry_timeout=0 "$constant" &
  for ((try = 0; try < 100; try++)); do
    ! mountpoint -q "$constant" || return 0
    sleep 0.05
  done
  fail "constfs doesn't mount"
}

# Runs everything on one CPU. Otherwise the figures depend mostly on the CPUs that the scheduler
# chooses.
row_5() {
  local name path round out
  build_constfs
  use bpf --source=bpf
  taskset -acp 0 "$daemon" >/dev/null
  for name in rss bulk; do
    out=$work/row5.$name
    path=processes/$$/$name
    cat "$tree/$path" >"$work/answer"
    mount_constant
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
  drop bpf
}

row_6() {
  local processes out round
  table_line "row 6: growth, wall ns a thread" "kifs, BPF" "kifs, /proc" ""
  for processes in 250 1250 5000; do
    out=$work/row6.$processes
    begin_load "$processes"
    use procfs --source=procfs
    warm_up "$out.procfs" 10
    use bpf --source=bpf
    warm_up "$out.bpf"
    for ((round = 0; round < rounds; round++)); do
      use bpf
      read_bulks "$out.bpf"
      use procfs
      timeout 120 "$work/bulkread" "$tree/processes/bulk" "$daemon" >>"$out.procfs.kifs"
    done
    end_load
    ns_each "$out.bpf.kifs"
    ns_each "$out.procfs.kifs"
    compare "  $((processes * threads_each)) threads, live" \
      "$out.bpf.kifs.ns" each_ns "$out.procfs.kifs.ns" each_ns
  done
  drop bpf
  drop procfs
  use million --source="simulated:$root/test-data/simulated/million.kifs"
  out=$work/row6.million
  warm_up "$out" 10
  for ((round = 0; round < rounds; round++)); do
    timeout 120 "$work/bulkread" "$tree/processes/bulk" "$daemon" >>"$out.kifs"
  done
  ns_each "$out.kifs"
  table_line "  1,000,000 threads, simulated" "$(median "$out.kifs.ns" each_ns)" "" ""
  drop million
}

# shellcheck shell=bash
# Rows 1 to 6, 16 and 20: a bulk or a file, compared with other ways to the same figures. Read by run.sh.

# --- the two sides; each appends to a file whose name begins with $1 ---

# Bulks of the tree in use. The first bulk of each reader costs the reader its own memory, so there
# are several, as a controller reads them.
read_bulks() { timeout 120 "$work/bulkread" -n 5 "$tree/processes/bulk" "$daemon" >>"$1.kifs"; }

# Bulks a second apart, as a controller reads them. The first changed one is whole, so the first one
# doesn't count.
read_each_second() {
  timeout 120 "$work/bulkread" -n 6 -i 1000 "$tree/processes/$2" "$daemon" | tail -n +2 >>"$1"
}

read_changed() { read_each_second "$1.changed" "bulk?changed"; }

read_whole() { read_each_second "$1.whole" bulk; }

read_one_bulk() { timeout 120 "$work/bulkread" "$tree/processes/bulk" "$daemon" >>"$1.kifs"; }

# The files of /proc that a monitor reads, in C. It doesn't parse them, which favours it.
walk_as_monitor() {
  timeout 120 "$work/procwalk" -p "stat,status,io,statm,fd" -t "stat,status" >>"$1.walk"
}

# The files that kifs itself reads where it reads /proc.
walk_same_files() { timeout 120 "$work/procwalk" >>"$1.walk"; }

# The same bulk as another user, for whom it is redacted.
read_bulks_as_user() {
  timeout 120 setpriv --reuid=65534 --regid=65534 --clear-groups \
    "$work/bulkread" -n 5 "$tree/processes/bulk" "$daemon" >>"$1.user"
}

list_by_ps() { timed "$1.ps" timeout 120 ps -eLo pid,tid,stat,pcpu,rss,vsz,comm; }

iterate_bare() {
  local program
  for program in tasks records; do
    timeout 120 "$work/iterread" -n 5 "$work/iterread.bpf.o" "$program" >>"$1.$program"
  done
}

# --- what the rows share ---

# Reads $2 bulks, so that the daemon's code is compiled. The very first, of a cold daemon, goes to
# $1.cold.
warm_up() {
  timeout 120 "$work/bulkread" -n "$2" "$tree/processes/bulk" "$daemon" >"$1.all"
  head -n 1 "$1.all" >"$1.cold"
}

# Under the load, and after $2 bulks to warm up: the sides $3 and $4 in turns, with results in $1.
measure() {
  begin_load 5000
  warm_up "$1" "$2"
  alternate "$3" "$4" "$1"
  end_load
}

# Wall and CPU time of kifs beside those of the side whose results are in $1.$2; $3 as in compare.
compare_times() {
  compare "  wall ms" "$1.kifs" wall_ms "$1.$2" wall_ms "${3:-}"
  compare "  CPU ms (kifs: reader and daemon)" "$1.kifs" total_ms "$1.$2" cpu_ms "${3:-}"
}

threads_line() {
  table_line "  threads seen" "$(median "$1.kifs" threads)" "$(median "$1.walk" threads)" ""
}

cold_line() {
  table_line "  cold daemon: wall ms of the first" "$(median "$1.cold" wall_ms)" "" ""
}

# --- the rows ---

row_1() {
  local out=$work/row1
  use bpf --source=bpf
  measure "$out" 200 read_bulks walk_as_monitor
  table_line "row 1: whole bulk, BPF, 5,000 x $threads_each" "kifs" "C, walking /proc" "times"
  compare_times "$out" walk faster
  threads_line "$out"
  table_line "  of kifs's: the pass itself, wall ms" "$(median "$out.kifs" pass_ms)" "" ""
  cold_line "$out"
  drop bpf
}

# Of 20,000 threads 1 % run between two bulks, which are a second apart.
row_16() {
  local out=$work/row16
  use bpf --source=bpf
  begin_load 4950
  begin_awake 50
  warm_up "$out" 100
  alternate read_changed walk_as_monitor "$out"
  alternate read_changed read_whole "$out"
  end_load
  table_line "row 16: bulk?changed, 1 % of 5,000 x $threads_each" "changed" "C, walking /proc" "times"
  compare "  wall ms" "$out.changed" wall_ms "$out.walk" wall_ms faster
  compare "  CPU ms (kifs: reader and daemon)" "$out.changed" total_ms "$out.walk" cpu_ms faster
  table_line "  the same against whole bulks" "changed" "whole" "times"
  compare "  wall ms" "$out.changed" wall_ms "$out.whole" wall_ms faster
  compare "  CPU ms (reader and daemon)" "$out.changed" total_ms "$out.whole" total_ms faster
  compare "  bytes" "$out.changed" bytes "$out.whole" bytes faster
  drop bpf
}

row_2() {
  local out=$work/row2
  use bpf --source=bpf
  measure "$out" 200 read_bulks list_by_ps
  table_line "row 2: whole bulk, BPF, 5,000 x $threads_each" "kifs" "ps -eL" "times"
  compare_times "$out" ps faster
}

row_3() {
  local out=$work/row3
  build_iterread
  use bpf --source=bpf
  measure "$out" 200 read_bulks iterate_bare
  table_line "row 3: whole bulk, BPF, 5,000 x $threads_each" "kifs" "C, bare iterator" "ratio"
  compare "  a record a task: wall ms" "$out.kifs" wall_ms "$out.tasks" wall_ms
  compare "  a record a task: CPU ms" "$out.kifs" total_ms "$out.tasks" cpu_ms
  compare "  PROCESS and all THREADs: wall ms" "$out.kifs" wall_ms "$out.records" wall_ms
  compare "  PROCESS and all THREADs: CPU ms" "$out.kifs" total_ms "$out.records" cpu_ms
  table_line "  bytes" "$(median "$out.kifs" bytes)" "$(median "$out.records" bytes)" ""
}

row_4() {
  local out=$work/row4
  use procfs --source=procfs
  # Passes through /proc are long: a few are enough to compile what they need.
  measure "$out" 10 read_one_bulk walk_same_files
  table_line "row 4: whole bulk, /proc, 5,000 x $threads_each" "kifs" "C, same files" "ratio"
  compare_times "$out" walk
  threads_line "$out"
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

# Opens the file $2 again and again, in the tree and in the filesystem that answers a constant.
open_in_kifs() { timeout 60 taskset -c 0 "$work/openread" -n 2000 "$tree/$2" >>"$1.kifs"; }

open_constant() { timeout 60 taskset -c 0 "$work/openread" -n 2000 "$constant/$2" >>"$1.constant"; }

# Runs everything on one CPU. Otherwise the figures depend mostly on where the scheduler puts the
# two sides.
row_5() {
  local name path out
  build_constfs
  use bpf --source=bpf
  taskset -acp 0 "$daemon" >/dev/null
  for name in rss bulk; do
    out=$work/row5.$name
    path=processes/$$/$name
    cat "$tree/$path" >"$work/answer"
    mount_constant
    alternate open_in_kifs open_constant "$out" "$path"
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

read_by_bpf() {
  use bpf
  read_bulks "$1.bpf"
}

read_by_procfs() {
  use procfs
  read_one_bulk "$1.procfs"
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
    warm_up "$out.bpf" 200
    alternate read_by_bpf read_by_procfs "$out"
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
    read_one_bulk "$out"
  done
  ns_each "$out.kifs"
  table_line "  1,000,000 threads, simulated" "$(median "$out.kifs.ns" each_ns)" "" ""
  drop million
}

# The bulk of root's processes, read by another user and by root in turns.
row_20() {
  local out=$work/row20
  # The other user must get at the program and the mount.
  mkdir -p "$work/mounts"
  chmod 711 "$work" "$work/mounts"
  use bpf --source=bpf
  begin_load 5000
  warm_up "$out" 200
  read_bulks_as_user "$out.warm"
  alternate read_bulks_as_user read_bulks "$out"
  end_load
  table_line "row 20: whole bulk, BPF, 5,000 x $threads_each, redacted" "another user" "root" "times"
  compare "  wall ms" "$out.user" wall_ms "$out.kifs" wall_ms
  compare "  CPU ms (reader and daemon)" "$out.user" total_ms "$out.kifs" total_ms
  drop bpf
}

# shellcheck shell=bash
# Functions that all rows use: programs, mounts, the load, the table. run.sh reads this file.

# --- programs ---

compile() {
  # shellcheck disable=SC2086 # CFLAGS must be split into words
  gcc -std=gnu11 -O2 -Wall -Wextra ${CFLAGS:-} -o "$work/$1" "${@:2}" \
    -I"$root/kernel-model/src/main/bpf"
}

build_programs() {
  local name
  for name in procwalk bulkread openread latency waiters fdwalk; do
    compile "$name" -pthread "$here/$name.c"
  done
  compile load -pthread "$root/test-data/programs/load.c"
  compile storm -pthread "$here/storm.c"
  compile awake -pthread "$here/awake.c"
}

# Compiles the programs that single rows compile otherwise, and the Java programs.
build_all() {
  build_programs
  build_constfs
  build_iterread
  build_stormread "$root/kernel-model/src/main/bpf"
  [[ -e $jar ]] || fail "no $jar: mvn -B package makes it"
  javac -Xlint:all -Werror -d "$work" -cp "$jar" "$here/Allocation.java"
  mkdir -p "$work/unusual"
  javac -Xlint:all -Werror -d "$work/unusual" -cp "$jar" "$here"/unusual/*.java
}

# Compiles stormread with the kifs.h of directory $1.
build_stormread() { compile stormread -I"$1" "$here/stormread.c"; }

build_constfs() {
  [[ -e $work/constfs ]] && return
  pkg-config --exists fuse || fail "missing: libfuse-dev pkg-config (sudo apt-get install them)"
  # shellcheck disable=SC2046 # the output must be split into words
  compile constfs "$here/constfs.c" $(pkg-config --cflags --libs fuse)
}

build_iterread() {
  [[ -e $work/iterread ]] && return
  if ! type -P clang >/dev/null || [[ ! -e /usr/include/bpf/libbpf.h ]]; then
    fail "missing: clang libbpf-dev (sudo apt-get install them)"
  fi
  clang -g -O2 -target bpf -mcpu=v3 -ffreestanding -Wall -Wno-unused-parameter \
    -I"/usr/include/$(uname -m)-linux-gnu" -I"$root/kernel-model/src/main/bpf" \
    -c "$here/iterread.bpf.c" -o "$work/iterread.bpf.o"
  compile iterread "$here/iterread.c" -lbpf
}

# --- mounts ---

# Mounts kifs under the name $1 unless it is mounted already, with more options of mount.sh. Sets
# tree and daemon.
# Without a history, unless an option is for one.
use() {
  local name=$1
  shift
  [[ "$*" == *--history=* ]] || set -- "$@" --history=off
  tree=$work/mounts/$name
  if [[ ! -d $tree ]]; then
    mkdir -p "$tree"
    "$root/mount.sh" "$@" --log="$work/$name.log" "$tree" >/dev/null
  fi
  daemon=$(sed -n 's/^pid=//p' "$tree/about")
}

drop() {
  "$root/mount.sh" --unmount "$work/mounts/$1" >/dev/null
  rmdir "$work/mounts/$1"
}

drop_all() {
  local mounted
  for mounted in "$work"/mounts/*; do
    [[ ! -d $mounted ]] || "$root/mount.sh" --unmount "$mounted" >/dev/null 2>&1 || true
  done
  if mountpoint -q "$constant"; then fusermount -u "$constant" || fusermount -uz "$constant"; fi
}

# --- the load ---

# Makes a load of $1 processes, $2 of which have a thread that waits for a mutex. The load is
# complete when the function returns.
begin_load() {
  local answer
  coproc load { exec "$work/load" "$1" "$threads_each" "$fds_each" "${2:-0}"; }
  # shellcheck disable=SC2154 # coproc sets it
  load_pid=$load_PID
  read -r -t 120 answer <&"${load[0]}" || fail "the load doesn't stand"
  [[ $answer == ready* ]] || fail "the load says $answer"
}

# Beside the load, $1 processes whose threads run ten times a second.
begin_awake() {
  local answer awake
  exec {awake}< <(exec "$work/awake" "$1" "$threads_each")
  awake_pid=$!
  read -r -t 60 answer <&"$awake" || fail "the awake processes don't run"
  exec {awake}<&-
}

end_load() {
  if [[ -n $awake_pid ]]; then
    kill -TERM "$awake_pid" 2>/dev/null || true
    wait "$awake_pid" 2>/dev/null || true
    awake_pid=''
  fi
  [[ -n $load_pid ]] || return 0
  kill -TERM "$load_pid" 2>/dev/null || true
  wait "$load_pid" 2>/dev/null || true
  load_pid=''
}

# --- measuring ---

# Runs the functions $1 and $2, both with the other arguments, in turns, as often as there are
# rounds. So whatever disturbs the host disturbs both.
alternate() {
  local round ours=$1 theirs=$2
  shift 2
  for ((round = 0; round < rounds; round++)); do
    "$ours" "$@"
    "$theirs" "$@"
  done
}

# Runs a command and appends its times to file $1 as a line like those of the programs.
timed() {
  local out=$1 before
  shift
  local -x TIMEFORMAT='%R %U %S'
  before=$({ time "$@" >/dev/null 2>&1; } 2>&1)
  awk '{printf "wall_ms=%d cpu_ms=%d\n", $1 * 1000, ($2 + $3) * 1000}' <<<"$before" >>"$out"
}

rss_kb() { awk '/^VmRSS/ {print $2}' "/proc/$1/status"; }

# The median, smallest and largest value of key $2 in the lines of file $1.
summary() {
  grep -o "\b$2=-\?[0-9.]*" "$1" | cut -d= -f2 | sort -n |
    awk '{v[NR] = $1} END {printf "%s %s %s\n", v[int((NR + 1) / 2)], v[1], v[NR]}'
}

median() { summary "$1" "$2" | cut -d' ' -f1; }

# --- the table ---

table_line() { printf '%-44s %26s %26s %8s\n' "$@"; }

# Prints a line of the table: the name, file and key of kifs's side, file and key of the other side.
# With one more argument the line shows the other value divided by kifs's, instead of the ratio.
compare() {
  local ours theirs last
  read -ra ours < <(summary "$2" "$3")
  read -ra theirs < <(summary "$4" "$5")
  if [[ ${6:-} == faster ]]; then
    last=$(ratio "${theirs[0]}" "${ours[0]}")
  else
    last=$(ratio "${ours[0]}" "${theirs[0]}")
  fi
  table_line "$1" "${ours[0]} (${ours[1]}-${ours[2]})" \
    "${theirs[0]} (${theirs[1]}-${theirs[2]})" "$last"
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN {if (b > 0) printf "%.2f", a / b; else print "-"}'; }

# Turns lines with wall_ms and threads into lines with each_ns.
ns_each() {
  awk '{
    for (i = 1; i <= NF; i++) {
      split($i, pair, "=")
      value[pair[1]] = pair[2]
    }
    if (value["threads"] > 0) printf "each_ns=%d\n", value["wall_ms"] * 1e6 / value["threads"]
  }' "$1" >"$1.ns"
}

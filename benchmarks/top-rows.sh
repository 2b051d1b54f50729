# shellcheck shell=bash
# Row top: what a view that refreshes costs, beside other programs of its kind. Read by run.sh.

# The processor time of the processes named, in ms, with the precision of the kernel's clock ticks.
cpu_ms() {
  local pid ticks=0
  for pid in "$@"; do
    ((ticks += $(awk '{print $14 + $15}' "/proc/$pid/stat")))
  done
  echo $((ticks * 1000 / $(getconf CLK_TCK)))
}

# Runs a command in a terminal for a while and appends its processor time a second to file $1.
# $2 is the pid of a daemon whose time is added; empty if there is none.
watch_in_terminal() {
  local out=$1 helper=$2 pid before after
  shift 2
  pid=$(tmux -L kifs-bench -f /dev/null new-session -d -x 150 -y 45 -P -F '#{pane_pid}' \
    "exec env TERM=screen-256color LC_ALL=C.UTF-8 $*")
  # The first refreshes compile and load what all later ones use.
  sleep 15
  before=$(cpu_ms "$pid" ${helper:+"$helper"})
  sleep "$watch_seconds"
  after=$(cpu_ms "$pid" ${helper:+"$helper"})
  echo "cpu_ms=$(((after - before) / watch_seconds))" >>"$out"
  tmux -L kifs-bench kill-server
}

row_top() {
  local name program watch_seconds=30 out=$work/watched
  for program in tmux top atop pidstat; do
    type -P "$program" >/dev/null || fail "missing: $program (tmux procps atop sysstat)"
  done
  begin_load 5000
  use top
  table_line "row top: ms of CPU a second, 5,000 x 4, 1 Hz" "kifs and its daemon" "other" "ratio"
  watch_in_terminal "$out.kifs" "$daemon" "'$root/kifs'" top "'$tree'"
  watch_in_terminal "$out.own" "" "'$root/kifs'" top "'$tree'"
  watch_in_terminal "$out.threads" "$daemon" "'$root/kifs'" top --threads "'$tree'"
  watch_in_terminal "$out.top" "" top -d 1
  watch_in_terminal "$out.atop" "" atop 1
  watch_in_terminal "$out.pidstat" "" pidstat 1
  for name in top atop pidstat; do
    compare "  $name" "$out.kifs" cpu_ms "$out.$name" cpu_ms
  done
  table_line "  without the daemon" "$(median "$out.own" cpu_ms)" "" ""
  table_line "  20,000 threads" "$(median "$out.threads" cpu_ms)" "" ""
  end_load
  drop top
}

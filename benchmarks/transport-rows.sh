# shellcheck shell=bash
# Rows 5b, 17 and 18: what the transports differ in, both in one run. Read by run.sh.

transports=(jnr-fuse direct)

# Mounts kifs with the transport $1.
use_transport() { use "$1" --source=bpf --transport="$1"; }

# Opens the file $2 again and again in the tree of the transport $3, on one CPU.
open_by() { timeout 60 taskset -c 0 "$work/openread" -n 2000 "$work/mounts/$3/$2" >>"$1.$3"; }

open_by_each() {
  local transport
  for transport in "${transports[@]}"; do
    open_by "$1" "$2" "$transport"
  done
}

row_5b() {
  local name path out transport
  build_constfs
  for transport in "${transports[@]}"; do
    use_transport "$transport"
    taskset -acp 0 "$daemon" >/dev/null
  done
  for name in rss bulk; do
    out=$work/row5b.$name
    path=processes/$$/$name
    cat "$tree/$path" >"$work/answer"
    mount_constant
    alternate open_by_each open_constant "$out" "$path"
    fusermount -u "$constant"
    wait "$!" || true
    table_line "row 5b: open + read + close of PID/$name" "kifs" "C, a constant" "ratio"
    for transport in "${transports[@]}"; do
      compare "  $transport: us" "$out.$transport" median_us "$out.constant" median_us
      compare "  $transport: 99th percentile, us" "$out.$transport" p99_us "$out.constant" p99_us
    done
  done
  for transport in "${transports[@]}"; do
    drop "$transport"
  done
}

# Prints the seconds that a command takes as "$1=N". Files that vanish meanwhile are no failure.
seconds_of() {
  local began=$EPOCHREALTIME name=$1
  shift
  timeout 300 "$@" >"$work/crawled" 2>/dev/null || true
  [[ -s $work/crawled ]] || fail "the crawl found nothing"
  echo "$name=$(bc <<<"$EPOCHREALTIME - $began")"
}

# Crawls the processes of the load in the tree of the transport $2.
crawl_by() {
  local tree=$work/mounts/$2/processes pids
  mapfile -t pids < <(pgrep -P "$load_pid")
  {
    seconds_of cat_s find "${pids[@]/#/$tree/}" -type f -exec cat {} +
    seconds_of ls_s ls -lR "${pids[@]/#/$tree/}"
  } | tr '\n' ' ' >>"$1.$2"
  echo >>"$1.$2"
}

crawl_by_first() { crawl_by "$1" "${transports[0]}"; }
crawl_by_second() { crawl_by "$1" "${transports[1]}"; }

row_17() {
  local out=$work/row17 transport key
  begin_load 100
  for transport in "${transports[@]}"; do
    use_transport "$transport"
  done
  alternate crawl_by_first crawl_by_second "$out"
  end_load
  table_line "row 17: crawl of 100 processes" "${transports[0]}" "${transports[1]}" "ratio"
  for key in cat_s ls_s; do
    compare "  $key" "$out.${transports[0]}" "$key" "$out.${transports[1]}" "$key"
  done
  for transport in "${transports[@]}"; do
    drop "$transport"
  done
}

row_18() {
  local transport
  for transport in "${transports[@]}"; do
    table_line "row 18: 4,000 blocked opens, $transport" "kifs" "" ""
    row_of_waiters open 4000 --transport="$transport"
  done
}

# shellcheck shell=bash
# Rows about fds, shared memory and locks. run.sh reads this file.

# The bulk $2 of the tree in use, and what fdwalk reads as $3.
read_holdings() { timeout 120 "$work/bulkread" "$tree/$2" "$daemon" >>"$1.kifs"; }

walk_holdings() { timeout 120 "$work/fdwalk" "$3" >>"$1.walk"; }

# The bulk $2 beside fdwalk's $3, in turns; $1 is the name of the line.
holdings_beside_walk() {
  local out=$work/${tree##*/}.$3
  timeout 120 "$work/bulkread" -n 3 "$tree/$2" "$daemon" >/dev/null
  timeout 120 "$work/fdwalk" "$3" >/dev/null
  alternate read_holdings walk_holdings "$out" "$2" "$3"
  table_line "$1" "kifs" "C ($3)" "ratio"
  compare "  wall ms" "$out.kifs" wall_ms "$out.walk" wall_ms
  compare "  CPU ms (kifs: reader and daemon)" "$out.kifs" total_ms "$out.walk" cpu_ms
}

row_holdings() {
  local began source
  begin_load 5000
  for source in bpf procfs; do
    use "holdings-$source" --source="$source"
    holdings_beside_walk "fds, $source: bulk?tags=fd, 5,000 x $threads_each" "bulk?tags=fd" fds
    holdings_beside_walk "fds, $source, light: links alone" "bulk?tags=fd&fields=light" links
    holdings_beside_walk "shm, $source: bulk?tags=shm,shm_user" "bulk?tags=shm,shm_user" maps
  done
  table_line "  fds" "" "$(median "$work/holdings-bpf.fds.walk" fds)" ""
  if command -v lsof >/dev/null; then
    began=$(date +%s%N)
    timeout 120 lsof -n -P -w >/dev/null || true
    table_line "  lsof: wall ms, once" "" "$((($(date +%s%N) - began) / 1000000))" ""
  fi
  end_load
}

read_waits() { timeout 120 "$work/bulkread" "$tree/locks/bulk" "$daemon" >>"$1.kifs"; }

# The least that /proc demands: the one file of each thread that tells whether it waits.
walk_for_waits() { timeout 120 "$work/procwalk" -p comm -t syscall >>"$1.walk"; }

# Who waits for whom, with 4,000 threads that wait.
row_waits() {
  local out=$work/waits
  use holdings
  begin_load 5000 4000
  timeout 300 "$work/bulkread" -n 2 "$tree/locks/bulk" "$daemon" >"$out.cold"
  alternate read_waits walk_for_waits "$out"
  end_load
  table_line "waits of 5,000 x $threads_each, 4,000 waiters" "kifs" "C, syscall files only" "ratio"
  compare "  wall ms" "$out.kifs" wall_ms "$out.walk" wall_ms
  compare "  pass ms" "$out.kifs" pass_ms "$out.walk" wall_ms
  compare "  CPU ms (kifs: reader and daemon)" "$out.kifs" total_ms "$out.walk" cpu_ms
  table_line "  waits, threads seen" \
    "$(median "$out.kifs" waits)" "$(median "$out.walk" threads)" ""
}

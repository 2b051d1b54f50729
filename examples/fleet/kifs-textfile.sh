#!/usr/bin/env bash
# Writes the metrics of a mount into the directory that node_exporter's textfile collector reads.
# usage: kifs-textfile.sh [MOUNTPOINT [DIRECTORY]]
# The collector may read at any time, so the file is written beside it and renamed. A file that would
# lack its end is not renamed: the collector then shows the age of the old one.
set -euo pipefail

mountpoint=${1:-/mnt/kernel}
directory=${2:-/var/lib/prometheus/node-exporter}
# The collector reads only names that end in .prom.
written=$(mktemp "$directory/.kifs.XXXXXX")
trap 'rm -f -- "$written"' EXIT
cat -- "$mountpoint/metrics" >"$written"
if [[ $(tail -n 1 -- "$written") != '# EOF' ]]; then
  echo "kifs-textfile: $mountpoint/metrics has no end" >&2
  exit 1
fi
chmod 644 -- "$written"
mv -- "$written" "$directory/kifs.prom"

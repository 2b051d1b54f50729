#!/usr/bin/env bash
# Answers one HTTP request for the metrics of a mount, on stdin and stdout. systemd starts it for each
# connection (kifs-metrics.socket), so nothing runs between two scrapes.
# usage: kifs-metrics.sh [MOUNTPOINT]
set -euo pipefail

mountpoint=${1:-/mnt/kernel}
limit_seconds=5

# Sends a status, a type and a text.
answer() {
  printf 'HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n' \
    "$1" "$2" "${#3}"
  [[ $method == HEAD ]] || printf '%s' "$3"
}

# Lengths are bytes, not characters.
export LC_ALL=C
method='' path='' format='' type='text/plain; version=0.0.4; charset=utf-8'
read -r -t "$limit_seconds" method path _ || exit 0
while read -r -t "$limit_seconds" header && [[ -n ${header%$'\r'} ]]; do
  if [[ ${header,,} == accept:*application/openmetrics-text* ]]; then
    format='?format=openmetrics'
    type='application/openmetrics-text; version=1.0.0; charset=utf-8'
  fi
done
case $method:$path in
  GET:/metrics | HEAD:/metrics) ;;
  GET:* | HEAD:*)
    answer '404 Not Found' text/plain $'only /metrics is here\n'
    exit
    ;;
  *)
    answer '405 Method Not Allowed' text/plain $'only GET and HEAD\n'
    exit
    ;;
esac
if text=$(cat -- "$mountpoint/metrics$format" 2>/dev/null); then
  answer '200 OK' "$type" "$text"$'\n'
else
  answer '503 Service Unavailable' text/plain "nothing is mounted on $mountpoint"$'\n'
fi

#!/usr/bin/env bash
# Sends an alert to Alertmanager for each event of a threshold. An alert by an event comes at once, and
# is not missed if it lasts less than the interval of a scrape. It ends by Alertmanager's
# resolve_timeout.
# usage: kifs-alert.sh ALERTMANAGER NAME
#        kifs-alert.sh http://localhost:9093 /mnt/kernel/processes/each/notify/rss/above/8G
set -euo pipefail
# An event is split into words, of which none is a pattern of file names.
set -f

if (($# != 2)); then
  echo "usage: kifs-alert.sh ALERTMANAGER NAME" >&2
  exit 2
fi
here=$(dirname -- "$(readlink -f -- "$0")")
# In an installation both scripts are in one directory.
wait=$here/kifs-wait.sh
[[ -x $wait ]] || wait=$here/../kifs-wait.sh

# A text in JSON. An event has no control characters, so backslashes and quotes are all to escape.
json() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

"$wait" --follow --reconnect "$2" | while read -r event; do
  declare -A field=()
  for word in $event; do field[${word%%=*}]=${word#*=}; done
  summary="${field[metric]} of ${field[comm]:-the host} is ${field[value]} ${field[unit]}"
  curl --silent --show-error --fail --max-time 10 --retry 3 -H 'Content-Type: application/json' \
    --data @- "$1/api/v2/alerts" <<ALERT || echo "kifs-alert: not sent: $event" >&2
[{"labels": {"alertname": "KifsEvent", "instance": $(json "$HOSTNAME"),
    "metric": $(json "${field[metric]}"), "entity": $(json "${field[entity]}"),
    "comm": $(json "${field[comm]}")},
  "annotations": {"summary": $(json "$summary"), "event": $(json "$event")}}]
ALERT
done

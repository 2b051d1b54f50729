#!/usr/bin/env bash
# Waits for a threshold, and prints its event. Unlike cat, it starts again after Ctrl-Z, and its exit
# status says how the wait ended.
# usage: kifs-wait.sh [--follow] [--reconnect] NAME
#   --follow      print event after event, until the entity vanishes
#   --reconnect   if the tree goes away, wait until it is mounted again, and go on
# Exit status: 0 there was an event (--follow: the entity has vanished), 1 the name was refused or
# the entity vanished before an event, 2 bad arguments, 3 the tree has gone.
# After a reconnection `above` and `below` report an excursion that is under way, so none is lost.
set -euo pipefail

follow='' reconnect=''
while [[ ${1:-} == --* ]]; do
  case $1 in
    --follow) follow=,follow ;;
    --reconnect) reconnect=yes ;;
    *) break ;;
  esac
  shift
done
if (($# != 1)) || [[ $1 != */notify/*/*/* ]]; then
  echo "usage: kifs-wait.sh [--follow] [--reconnect] MOUNTPOINT/…/notify/METRIC/PREDICATE/VALUE" >&2
  exit 2
fi
name=$1$follow
# The mountpoint: all before the first directory of the tree.
tree=''
for directory in processes system shm locks; do
  before=${1%/"$directory"/*}
  if [[ $before != "$1" ]] && ((${#before} > ${#tree})); then tree=$before; fi
done

# Ends cat, too, if this script is ended. A background process would ignore Ctrl-C.
waiting=''
trap 'kill "$waiting" 2>/dev/null || true; exit 143' TERM HUP
trap 'kill "$waiting" 2>/dev/null || true; exit 130' INT
messages=$(mktemp)
trap 'rm -f -- "$messages"' EXIT

while true; do
  LC_ALL=C cat -- "$name" 2>"$messages" &
  waiting=$!
  status=0
  wait "$waiting" || status=$?
  ((status != 0)) || exit 0
  error=$(<"$messages")
  case $error in
    *'Interrupted system call'*) ;;
    *'endpoint is not connected'* | *'caused connection abort'*)
      echo "kifs-wait: the tree has gone: $tree" >&2
      [[ -n $reconnect ]] || exit 3
      until [[ -e $tree/about ]]; do sleep 0.2; done
      ;;
    *)
      echo "kifs-wait: ${error##*cat: }" >&2
      # The line of notify/errors about this name ends with the reason.
      { grep -sF -- " name=${name#"$tree"/} " "${name%/notify/*}/notify/errors" || true; } |
        sed -n '$s/.* reason=/kifs-wait: /p' >&2
      exit 1
      ;;
  esac
done

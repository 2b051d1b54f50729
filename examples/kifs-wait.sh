#!/usr/bin/env bash
# Waits for a threshold, and prints its event. Unlike cat, it starts again after Ctrl-Z, and its exit
# status says how the wait ended.
# usage: kifs-wait.sh [--follow] [--reconnect] NAME
#   --follow      print event after event, until the entity vanishes
#   --reconnect   while there is no tree, at the start or later, wait until it is mounted
# Exit status: 0 there was an event (--follow: the entity has vanished), 1 the name was refused or
# the entity vanished before an event, 2 bad arguments, 3 there is no tree, or it has gone.
# After a reconnection `above` and `below` report an excursion that is under way, so none is lost that
# still lasts. What happens while there is no tree (`exit`, `fork`, `exec`, `oom`) is lost.
# In a loop use --follow: without it, events between two calls are lost.
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
# The mountpoint, by the form of the name, because it must be known while there is no tree. Groups
# come first: one can be called like another directory of the tree.
case $1 in
  */cgroups/*) tree=${1%%/cgroups/*} ;;
  */system/notify/*) tree=${1%/system/notify/*} ;;
  */locks/notify/*) tree=${1%/locks/notify/*} ;;
  */processes/*) tree=${1%/processes/*} ;;
  *) tree=${1%/shm/*} ;;
esac

# Ends cat, too, if this script is ended. A background process would ignore Ctrl-C.
waiting=''
trap 'kill "$waiting" 2>/dev/null || true; exit 143' TERM HUP
trap 'kill "$waiting" 2>/dev/null || true; exit 130' INT
messages=$(mktemp)
trap 'rm -f -- "$messages"' EXIT

# Prints why the name was refused to cat, if that is known.
reason() {
  if [[ ! -e ${name%%/notify/*} ]]; then
    echo "kifs-wait: there is no ${name%%/notify/*}"
    return
  fi
  # The line of `errors` for the thread that was refused ends with the reason.
  { grep -s " tid=$waiting " "$tree/errors" || true; } |
    LC_ALL=C sed -n '$s/.* name=[^ ]* reason=/kifs-wait: /p'
}

while true; do
  LC_ALL=C cat -- "$name" 2>"$messages" &
  waiting=$!
  status=0
  wait "$waiting" || status=$?
  ((status != 0)) || exit 0
  error=$(<"$messages")
  case $error in
    *'Interrupted system call'*) continue ;;
    *'endpoint is not connected'* | *'caused connection abort'*) gone=yes ;;
    *) gone=$([[ -e $tree/about ]] || echo yes) ;;
  esac
  if [[ -z $gone ]]; then
    echo "kifs-wait: ${error##*cat: }" >&2
    reason >&2
    exit 1
  fi
  echo "kifs-wait: no tree is mounted at $tree" >&2
  [[ -n $reconnect ]] || exit 3
  until [[ -e $tree/about ]]; do sleep 0.2; done
done

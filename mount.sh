#!/usr/bin/env bash
# Mounts kifs: builds it if needed, starts the daemon, and returns when the tree answers.
# usage(), below, lists the options. The daemon itself is in fs/.
set -euo pipefail

export PATH=$PATH:/usr/sbin:/sbin
root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/*}
sh=$root/fs/src/main/sh
[[ -d $sh ]] || sh=$root/sh # where kifs is installed
# shellcheck source=fs/src/main/sh/common.sh
source "$sh/common.sh"
# shellcheck source=fs/src/main/sh/setup.sh
source "$sh/setup.sh"
# shellcheck source=fs/src/main/sh/options.sh
source "$sh/options.sh"
start_seconds=30
# The two ...ToStderr: messages of the JVM must go to the log. stdout has exactly one line, and
# the JVM should not make files of its own.
jvm_flags=(
  "${archive_flags[@]}" -Xms24m -Xmn8m -Xmx128m -XX:MaxDirectMemorySize=1g
  # A collection at a peak, such as a list of 20,000 fds, doesn't let the heap grow as much as by
  # default (40 and 70 %), and the next one lets it shrink again.
  -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40
  -XX:-UsePerfData -XX:-UseDynamicNumberOfCompilerThreads
  # Once a minute the JVM gives free memory of malloc back to the system.
  -XX:TrimNativeHeapInterval=60000
  -XX:+DisplayVMOutputToStderr -XX:+ErrorFileToStderr
)
# A JVM touches this many pages ahead on each stack, and each open that waits has a thread. On
# other architectures the JVM doesn't start with fewer than its default.
[[ $HOSTTYPE != x86_64 ]] || jvm_flags+=(-XX:StackShadowPages=10)
# malloc of glibc makes an arena for each thread, up to eight for each CPU, and seldom gives back what
# is free in them. The threads of this daemon seldom allocate at the same time, so two are enough. The
# threshold is malloc's own at the start; when it is set, malloc doesn't raise it, so the request
# buffer of a thread goes back to the system when the thread ends.
malloc_settings=(MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072)

# The name of this script in its messages.
me=mount.sh
is_checkout || me='kifs mount'

usage() {
  cat <<USAGE
usage: $me [--setup[=tests]] [options] MOUNTPOINT    mount
       $me --setup[=tests]                           only install
       $me --unmount MOUNTPOINT
       $me --status [MOUNTPOINT]

  --setup          install what is missing, by apt-get; make the directory MOUNTPOINT if only
                   that is missing, not its parent
  --setup=tests    also install what the tests need
  --source=SOURCE  auto (default), procfs, bpf, simulated:FILE or capture:FILE
  --transport=HOW  what serves the tree: jnr-fuse (by libfuse 2), direct (needs no libfuse), or
                   auto (default): jnr-fuse where libfuse 2 is installed, direct elsewhere
  --fd=N           serve a tree that is already mounted at MOUNTPOINT, by this descriptor of
                   /dev/fuse that mount.sh inherits; the daemon doesn't unmount it
  --tick=TIME      how often the conditions of waiters are sampled (100ms)
  --history=TIME   how often processes and threads are sampled to learn what is usual (1s), or off
  --waiters=N      maximum number of waiters (16384); further ones get EAGAIN
  --user-waiters=N maximum number of waiters of one user (8192)
  --private        only root may enter (by default everybody may, and sees what /proc shows).
                   --only-root is the same: in mount(8)'s -o, private has another meaning
  --group=GROUP    members of this group, a name or an id, see everything
  --hidepid=HOW    hide processes of others as /proc does: off (0), noaccess (1), invisible (2)
  --lock-memory    keep the daemon's memory from being swapped out
  --config=FILE    read further options from a file; those of the command line come first
  --log=FILE       the daemon's log: by default /var/log/kifs.log, or if that can't be
                   written, \${XDG_STATE_HOME:-~/.local/state}/kifs.log
  --foreground     don't detach; the log goes to stderr unless --log is given; Ctrl-C unmounts
  --unmount        wake all waiters, end the daemon, unmount; also cleans up a dead mount
  --status         list the kifs mounts with their daemons and what these hold, with its bounds;
                   exit status 0 if one is alive
  --version        the version
  -h, --help       this
  --               what follows is the MOUNTPOINT, even if it begins with a hyphen

Installing and mounting need root. Exit status: 0 done, 1 failed, 2 bad arguments.
Signals of the daemon: TERM and INT unmount, and it ends with 0; HUP opens the log again.
USAGE
}

# --- mounts ---

# Prints the type of the filesystem that is mounted at $1; nothing if none is.
mounted() {
  local target rest found=''
  while read -r _ _ _ _ target rest; do
    printf -v target %b "$target"
    if [[ $target == "$1" ]]; then
      rest=${rest#* - }
      found=${rest%% *}
    fi
  done </proc/self/mountinfo
  printf '%s' "$found"
}

# Sets state to alive, dead (its daemon has ended), hidden (another user's) or silent (no answer),
# and sets pid, source, and the lines about resources. Another process reads, because a read that a
# hung daemon doesn't answer never ends.
ask() {
  local line status
  state=silent pid='' source='' resources=()
  while true; do
    status=0
    read -r -t 5 line || status=$?
    ((status == 0)) || break
    case $line in
      pid=[1-9]*) state=alive pid=${line#pid=} ;;
      source=*) source=${line#source=} ;;
      memory*=* | names*=* | files*=* | snapshots.held=* | snapshots.bytes*=* | waiters*=* | events*=*)
        resources+=("$line")
        ;;
      # A client that reads while the daemon is being killed gets the second message.
      *'endpoint is not connected' | *'caused connection abort') state=dead ;;
      *'Permission denied') state=hidden ;;
    esac
  done < <(LC_ALL=C cat -- "$1/about" 2>&1)
  ((status <= 128)) || state=silent
}

# Whether a process is a running kifs daemon. Commands of kifs have the jar as a class path.
is_daemon() { grep -szxA1 -e -jar "/proc/$1/cmdline" | grep -qz '/kifs\.jar$'; }

# The pid of the daemon of a mountpoint, from the command lines, for a tree that doesn't answer.
find_daemon() {
  local file pid
  grep -lszx -e -jar /proc/[0-9]*/cmdline | while read -r file; do
    pid=${file//[^0-9]/}
    if is_daemon "$pid" && [[ $(tail -z -n 1 "$file" | tr -d '\0') == "$mountpoint" ]]; then
      echo "$pid"
    fi
  done
}

# Sends SIGTERM to the daemon with a pid, and waits for its end.
end_daemon() {
  kill -TERM "$1" 2>/dev/null || return 0
  for ((i = 0; i < 100; i++)); do
    is_daemon "$1" || return 0
    sleep 0.05
  done
  return 1
}

detach() {
  fusermount -u -- "$1" 2>/dev/null || fusermount -uz -- "$1" 2>/dev/null || umount -l -- "$1"
}

is_empty() {
  local names
  shopt -s nullglob dotglob
  names=("$1"/*)
  shopt -u nullglob dotglob
  ((${#names[@]} == 0)) && [[ -r $1 ]]
}

prepare_mountpoint() {
  local type
  # An automount's filesystem is there to be mounted on.
  while type=$(mounted "$mountpoint") && [[ -n $type && $type != autofs ]]; do
    [[ $type == fuse.kifs ]] || fail "$mountpoint: another filesystem is mounted there: $type"
    ask "$mountpoint"
    case $state in
      alive) fail "$mountpoint: already mounted (pid $pid)" ;;
      dead) detach "$mountpoint" && say "$mountpoint: cleaned up after a daemon that was killed" ;;
      *) fail "$mountpoint: already mounted, by a daemon that doesn't answer" ;;
    esac
  done
  if [[ ! -e $mountpoint ]]; then
    [[ -n $setup ]] || fail "$mountpoint: no such directory (--setup makes it)"
    mkdir -- "$mountpoint" 2>/dev/null || fail "$mountpoint: no such directory, and can't make it"
  fi
  [[ -d $mountpoint ]] || fail "$mountpoint: not a directory"
  # An automount's directory waits for the mount that is being made here whenever a process looks at it
  # that isn't in the process group of systemd or automount(8). A list of it waits in any case.
  [[ $type != autofs ]] || session=()
  [[ $type == autofs ]] || is_empty "$mountpoint" || fail "$mountpoint: not empty"
}

# --- the daemon ---

# The log names processes and what clients have changed, so it is made for its owner alone.
can_write() { (umask 077 && : >>"$1") 2>/dev/null; }

# Prints the value that the configuration file, if there is one, has for an option.
configured() {
  local space='[[:space:]]*'
  [[ -z $config ]] ||
    sed -n "s/^$space$1$space=$space\(.*[^[:space:]]\)$space\$/\1/p" "$config" | tail -n 1
}

# Chooses the default log unless --log names one, and fails if the log can't be written.
choose_log() {
  local reason
  [[ -n $log ]] || log=$(configured log)
  if [[ -z $log ]]; then
    log=/var/log/kifs.log
    ! can_write "$log" || return 0
    log=${XDG_STATE_HOME:-~/.local/state}/kifs.log
    mkdir -p -- "${log%/*}" 2>/dev/null || true
  fi
  can_write "$log" && return
  reason=$(LC_ALL=C bash -c ': >>"$1"' bash "$log" 2>&1) || true
  fail "can't write the log $log: ${reason##*: }"
}

# Capabilities that the daemon never needs. docs/security.md says what the others are for. BPF,
# PERFMON and CHECKPOINT_RESTORE are parts of SYS_ADMIN, which mounting needs.
unneeded=(chown fowner fsetid kill setpcap linux_immutable net_bind_service net_broadcast net_raw
  ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_pacct sys_boot sys_time sys_tty_config mknod
  lease audit_write audit_control setfcap mac_override mac_admin wake_alarm block_suspend audit_read)

# Whether this process may take capabilities out of its bounding set.
has_setpcap() {
  [[ $(</proc/self/status) =~ CapEff:[[:space:]]*([0-9a-f]+) ]] && ((16#${BASH_REMATCH[1]} >> 8 & 1))
}

# Sets confined to a command that takes those capabilities away from the command after it, and any
# way to get more by an exec. A container may not allow that; then there is no such command.
confine() {
  local dropped
  printf -v dropped ',-%s' "${unneeded[@]}"
  # Where root may not raise the limit of locked memory, locking needs a capability.
  if [[ " ${options[*]} " == *' --lock-memory '* || -n $config && $(configured lock-memory) == yes ]] &&
    ! ulimit -l unlimited 2>/dev/null; then
    dropped=${dropped/,-ipc_lock/}
  fi
  confined=()
  # A service manager that has taken away the right to do this has done it itself.
  if is_root && has_setpcap; then
    confined=(setpriv --no-new-privs --bounding-set="${dropped#,}")
    "${confined[@]}" true 2>/dev/null || confined=()
  fi
}

# Becomes the daemon. Without a UTF-8 locale the JVM would garble paths that aren't ASCII.
run_daemon() {
  [[ -z $log ]] || options+=("--log=$log")
  # Threads that detect and report events run before those of a hog, by a few steps of nice. Only
  # root may do that.
  ! is_root || jvm_flags+=(-XX:ThreadPriorityPolicy=1)
  # A recording's bulks are in the heap, which grows only as far as they need.
  [[ ${options[*]} != *--source=capture:* ]] || jvm_flags+=(-Xmx1g)
  # C2 takes 30 MB, and as much again over time. Passes by BPF gain nothing by it, passes through
  # /proc 6 %. Only a simulated kernel is computed in Java, so it has C2.
  # Tier3...: C1 compiles a method after a quarter of the usual calls, because alarms are rare.
  [[ ${options[*]} == *--source=simulated:* ]] || jvm_flags+=(-XX:TieredStopAtLevel=1
    -XX:Tier3InvocationThreshold=50 -XX:Tier3MinInvocationThreshold=25 -XX:Tier3CompileThreshold=500)
  confine
  exec env --default-signal LC_ALL=C.UTF-8 "${malloc_settings[@]}" "$@" "${confined[@]}" "$(java_tool java)" \
    "${jvm_flags[@]}" -jar "$jar" "${options[@]}" "$mountpoint"
}

# The command by which the daemon gets a session of its own, which gets the CPU time of three. Where
# the kernel shares CPU time out by sessions (autogroup), the nice values of threads don't count
# against those of other sessions, and a user with many busy sessions would slow the daemon down.
# shellcheck disable=SC2016 # the inner bash expands it
session=(setsid bash -c '{ echo -5 >/proc/self/autogroup; } 2>/dev/null; exec "$@"' bash)

# Starts the daemon in a session of its own. It inherits only stdout from the caller.
run_detached() {
  local fd
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    ((fd <= 2 || fd == ${device:-0})) || exec {fd}>&-
  done
  cd /
  umask 077
  run_daemon "${session[@]}" </dev/null 2>>"$log"
}

start_detached() {
  local line status=0 log_bytes daemon ready
  choose_log
  log_bytes=$(stat -c %s -- "$log")
  exec {ready}< <(run_detached)
  daemon=$!
  trap 'kill -KILL "$daemon" 2>/dev/null; clean_up; exit 1' INT TERM HUP
  read -r -t "$start_seconds" line <&"$ready" || status=$?
  if ((status == 0)); then
    printf '%s\n' "$line"
    return
  fi
  ((status <= 128)) || say "the daemon doesn't answer after $start_seconds s; giving up"
  end_daemon "$daemon" || kill -KILL "$daemon"
  status=0
  wait "$daemon" || status=$?
  tail -c "+$((log_bytes + 1))" -- "$log" | head -n 40 >&2
  clean_up
  say "$mountpoint: not mounted; the log is $log"
  ((status == 2)) || status=1
  exit "$status"
}

# Cleans up after a daemon that failed.
clean_up() { [[ -n $device || $(mounted "$mountpoint") != fuse.kifs ]] || detach "$mountpoint"; }

# --- the commands ---

mount_it() {
  local lock_file
  # One run at a time: two builds would write the same files, two starts would mount at one place.
  lock_file=$jar
  ! is_checkout || lock_file=$root/pom.xml
  exec {lock}<"$lock_file"
  flock "$lock"
  if [[ -n $setup ]]; then
    provide "$setup"
  elif is_built; then
    can_run || provide run
  else
    provide build
  fi
  [[ -n $mountpoint ]] || return 0
  [[ -e /dev/fuse ]] || fail "no /dev/fuse: the kernel has no FUSE, or this container may not use it"
  is_root || [[ -w /dev/fuse && -w $mountpoint ]] || fail "mounting needs root: sudo $me ..."
  [[ -n $device ]] || prepare_mountpoint
  is_built || build
  [[ $transport != auto ]] || ! serves_directly ||
    say "libfuse 2 isn't installed; kifs speaks the kernel's protocol by itself"
  # What was unpacked from the tarball makes its archive when it is first used, for this host's JVM.
  if [[ $archive == "$root/kifs.jsa" && ! -e $archive && -w $root ]]; then
    "$sh/archive.sh" "$(java_tool java)" "$jar" "$archive" >&2
  fi
  if [[ -n $foreground ]]; then
    [[ -z $log ]] || choose_log
    exec {lock}>&-
    run_daemon
  fi
  start_detached
}

unmount_it() {
  local lock_file
  [[ $(mounted "$mountpoint") == fuse.kifs ]] || fail "$mountpoint: no kifs is mounted there"
  ask "$mountpoint"
  is_root || [[ $state != hidden ]] || fail "$mountpoint: another user's: unmounting needs root"
  [[ $state != silent ]] || pid=$(find_daemon)
  if [[ -n $pid ]] && is_daemon "$pid" && ! end_daemon "$pid"; then
    say "the daemon (pid $pid) doesn't end; killing it"
    kill -KILL "$pid"
  fi
  if [[ $(mounted "$mountpoint") == fuse.kifs ]]; then
    detach "$mountpoint" || fail "$mountpoint: can't unmount it"
  fi
  echo "kifs: unmounted $mountpoint"
}

show_status() {
  local target rest seen='' result=1
  while read -r _ _ _ _ target rest; do
    [[ $rest == *' - fuse.kifs '* ]] || continue
    printf -v target %b "$target"
    [[ -z $mountpoint || $target == "$mountpoint" ]] || continue
    ask "$target"
    case $state in
      alive)
        echo "$target: alive (source $source, pid $pid)"
        printf '  %s\n' "${resources[@]}"
        result=0
        ;;
      dead) echo "$target: dead; $me --unmount cleans it up" ;;
      hidden) echo "$target: another user's" ;;
      silent) echo "$target: doesn't answer" ;;
    esac
    seen=yes
  done </proc/self/mountinfo
  [[ -n $seen ]] || echo "kifs: not mounted"
  return "$result"
}

# Prints the version, which is the first one in pom.xml.
version() {
  local line
  if ! is_checkout; then
    echo "kifs $(<"$root/version")"
    return
  fi
  while read -r line; do
    case $line in
      '<version>'*)
        line=${line#<version>}
        echo "kifs ${line%</version>}"
        return
        ;;
    esac
  done <"$root/pom.xml"
}

set_mountpoint() {
  [[ -n $1 ]] || misuse "an empty MOUNTPOINT"
  [[ -z $mountpoint ]] || misuse "more than one MOUNTPOINT"
  # Not -e, because it fails on a dead mount.
  mountpoint=$(realpath -m -- "$1")
}

command=mount transport=auto device='' setup='' updated='' built='' foreground='' log='' config=''
mountpoint='' options=()
while (($#)); do
  case $1 in
    --setup)
      setup=run
      ! is_checkout || setup=build
      ;;
    --setup=tests) setup=tests ;;
    --foreground) foreground=yes ;;
    --unmount) command=unmount ;;
    --status) command=status ;;
    -h | --help)
      usage
      exit
      ;;
    --version)
      version
      exit
      ;;
    --)
      shift
      break
      ;;
    -*) daemon_option "$1" || misuse "unknown option $1" ;;
    *) set_mountpoint "$1" ;;
  esac
  shift
done
for name in "$@"; do
  set_mountpoint "$name"
done

case $command in
  mount)
    [[ -n $mountpoint || -n $setup ]] || misuse "no MOUNTPOINT"
    mount_it
    ;;
  unmount)
    [[ -n $mountpoint ]] || misuse "no MOUNTPOINT"
    unmount_it
    ;;
  status) show_status ;;
esac

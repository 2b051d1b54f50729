# The options of the daemon as mount.sh and mount.kifs take them. The script that reads this file has
# read common.sh, and has an array `options`, to which the options for the daemon are added. The
# daemon checks its options itself; a check here comes before anything is installed, built or started.

# Checks the value of --source=.
check_source() {
  case $1 in
    auto | bpf | procfs) options+=("--source=$1") ;;
    simulated: | capture:) misuse "--source=$1 lacks its file: --source=$1FILE" ;;
    simulated:* | capture:*)
      [[ -f ${1#*:} ]] || misuse "--source=$1: no such file"
      [[ -r ${1#*:} ]] || misuse "--source=$1: can't read the file"
      options+=("--source=${1%%:*}:$(realpath -m -- "${1#*:}")")
      ;;
    *) misuse "no source '$1': auto, bpf, procfs, simulated:FILE or capture:FILE" ;;
  esac
}

# Checks the value of --transport=.
# shellcheck disable=SC2034 # setup.sh reads `transport`
check_transport() {
  case $1 in
    auto | direct | jnr-fuse) transport=$1 options+=("--transport=$1") ;;
    *) misuse "no transport '$1': auto, direct or jnr-fuse" ;;
  esac
}

# Checks the value $2 of the option $1, which must match $3; otherwise the message is $4.
check() {
  [[ $2 =~ $3 ]] || misuse "$1=$2: $4"
  options+=("$1=$2")
}

# Checks the value of --group=, which must be an id or a name in /etc/group.
check_group() {
  local name
  if [[ ! $1 =~ ^[0-9]{1,9}$ ]]; then
    while IFS=: read -r name _; do
      [[ -z $1 || $name != "$1" ]] || break
    done </etc/group
    [[ -n $1 && $name == "$1" ]] || misuse "--group=$1: no such group"
  fi
  options+=("--group=$1")
}

# Adds the option $1 if it is one of the daemon's; ends the script if its value is wrong. Returns 1 if
# there is no such option. Scripts that read this file use the variables. OptionsTest compares this
# list with that of the daemon.
# shellcheck disable=SC2034
daemon_option() {
  case $1 in
    --source=*) check_source "${1#*=}" ;;
    --transport=*) check_transport "${1#*=}" ;;
    --fd=*)
      check --fd "${1#*=}" '^[0-9]{1,9}$' "no descriptor"
      device=${1#*=} transport=direct
      ;;
    --history=*)
      check --history "${1#*=}" '^([0-9]+(ms|s)|off)$' "neither off nor a time in ms or s, as in 1s"
      ;;
    --tick=*) check --tick "${1#*=}" '^[0-9]+(ms|s)$' "no time in ms or s, as in 100ms" ;;
    --waiters=* | --user-waiters=*) check "${1%%=*}" "${1#*=}" '^[0-9]{1,9}$' "no number" ;;
    --private | --only-root) options+=("$1") ;;
    --group=*) check_group "${1#*=}" ;;
    --hidepid=*)
      check --hidepid "${1#*=}" '^([012]|off|noaccess|invisible)$' "not off, noaccess or invisible"
      ;;
    --lock-memory) options+=("$1") ;;
    --config=) misuse "--config= lacks its file" ;;
    --config=*)
      config=$(realpath -m -- "${1#*=}")
      [[ -r $config ]] || misuse "--config=$config: can't read the file"
      options+=("--config=$config")
      ;;
    --log=) misuse "--log= lacks its file" ;;
    --log=*) log=$(realpath -m -- "${1#*=}") ;;
    *) return 1 ;;
  esac
}

# The part of mount.sh that finds out what is missing on this host, and installs it by apt-get.
# mount.sh has read common.sh before, and sets `setup`, `updated`, `built` and
# `transport`.

has_libfuse() { [[ $(ldconfig -p) == *libfuse.so.2* ]]; }
# Whether the direct transport will serve. It needs no libfuse, and as root no fusermount.
serves_directly() { [[ $transport == direct ]] || { [[ $transport == auto ]] && ! has_libfuse; }; }
has_libbpf() { [[ $(ldconfig -p) == *libbpf.so.1* ]]; }
has_command() { type -P "$1" >/dev/null; }
has_32_bit() {
  [[ $(gcc -m32 -print-file-name=crt1.o) == /* && $(gcc -m32 -print-file-name=libgcc.a) == /* ]]
}

# Prints what is missing for `run`, `build` or `tests`. Each line has alternative packages.
missing() {
  local jdk='openjdk-17-jdk-headless openjdk-21-jdk-headless openjdk-25-jdk-headless'
  is_checkout || jdk=default-jre-headless
  has_java || echo "$jdk"
  if [[ $1 != run ]]; then
    ! has_java || [[ -x $(java_tool javac) ]] || echo "$jdk"
    has_command mvn || echo maven
  fi
  if ! serves_directly; then
    has_command fusermount || echo fuse3 fuse
    has_libfuse || echo libfuse2t64 libfuse2
  elif ! is_root; then
    has_command fusermount3 || echo fuse3
  fi
  # Without libbpf kifs reads /proc. So --setup installs it if the release has it, but nothing fails
  # without it.
  has_libbpf || [[ -z $setup ]] || echo_if_known libbpf1
  has_command setsid || echo util-linux
  [[ $1 == tests ]] || return 0
  has_libfuse || echo libfuse2t64 libfuse2
  has_command fusermount || echo fuse3 fuse
  has_command gcc || echo gcc
  [[ -e /usr/include/stdio.h ]] || echo libc6-dev
  [[ $(uname -m) != x86_64 ]] || { has_command gcc && has_32_bit; } || echo gcc-multilib
  has_command python3 || echo python3
  has_command ps || echo procps
  has_command lsof || echo lsof
  has_command tmux || echo tmux
  has_command clang || echo clang
  has_command bpftool || echo bpftool linux-tools-common
  [[ -e /usr/include/bpf/bpf_helpers.h ]] || echo libbpf-dev
  has_command dot || echo graphviz
  has_command musl-gcc || echo musl-tools
  has_command go || echo golang-go
  # The benchmarks, which CI compiles.
  has_command pkg-config || echo pkgconf pkg-config
  [[ -e /usr/include/fuse/fuse.h ]] || echo_if_known libfuse-dev
  # The linters and the second JDK of .ci/run, which names those that are missing.
  has_command clang-format || echo_if_known clang-format
  has_command shellcheck || echo_if_known shellcheck
  has_command shfmt || echo_if_known shfmt
  has_command black || echo_if_known black
  has_command flake8 || echo_if_known flake8
  grep -qs '^JAVA_VERSION="25' /usr/lib/jvm/*/release || ! is_known openjdk-25-jdk-headless ||
    echo openjdk-25-jdk-headless
}

# Prints that package unless apt doesn't know it, even with new lists.
echo_if_known() {
  [[ -n $updated ]] && ! is_known "$1" || echo "$1"
}

# Whether apt can install a package here.
is_known() { [[ $(LC_ALL=C apt-cache policy "$1" 2>/dev/null) =~ Candidate:\ [^\(] ]]; }

# The packages to install: the first package of each line that apt knows here.
missing_packages() {
  local name names
  missing "$1" | while read -ra names; do
    for name in "${names[@]}" "${names[0]}"; do
      is_known "$name" && break
    done
    printf '%s ' "$name"
  done
}

apt_get() {
  local sudo=()
  is_root || sudo=(sudo)
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get -q -y \
    -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" </dev/null >&2
}

# Whether nothing is missing for `run`. It starts few processes, because each costs 1 % of a start.
can_run() {
  has_command setsid && has_java || return 1
  if serves_directly; then
    is_root || has_command fusermount3
  else
    has_command fusermount && has_libfuse
  fi
}

# Fails if anything for $1 (as in missing) is missing; with --setup, installs it first.
provide() {
  local packages
  if [[ -n ${JAVA_HOME:-} ]] && ! has_java; then
    fail "JAVA_HOME=$JAVA_HOME: no Java 17 or newer there"
  fi
  packages=$(missing_packages "$1")
  [[ -n $packages ]] || return 0
  [[ -n $setup ]] || fail "missing: ${packages% } (apt-get install them, or mount.sh --setup)"
  is_root || has_command sudo || fail "installing needs root"
  updated=yes
  say "missing: ${packages% }; updating the package lists, which may take a minute"
  apt_get update || say "apt-get update failed; trying with the package lists that are here"
  # Look again: after the update apt may know more packages.
  packages=$(missing_packages "$1")
  [[ -n $packages ]] || return 0
  say "installing ${packages% }, which may take some minutes"
  # shellcheck disable=SC2086 # the list must be split into words
  apt_get install --no-install-recommends --no-remove $packages ||
    fail "apt-get could not install them"
  hash -r
  packages=$(missing_packages "$1")
  [[ -z $packages ]] || fail "still missing: ${packages% }"
}

is_built() {
  [[ -z $built ]] || return 0
  is_checkout || return 0
  [[ -e $jar && -z $(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main/{java,resources,bpf} \
    -newer "$jar" -print -quit 2>/dev/null) ]] && built=yes
}

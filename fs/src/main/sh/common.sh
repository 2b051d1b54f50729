# What mount.sh and kifs share: where the jar and Java are, and how the jar is built. The script that
# reads this file sets `root` before: the root of a checkout, or the directory where kifs is installed.

is_checkout() { [[ -e $root/pom.xml ]]; }

# `archive` is the class-data archive of the jar. A JVM other than the one that made it ignores it.
if is_checkout; then
  jar=$root/fs/target/kifs.jar archive=$root/fs/target/kifs.jsa
else
  # The package keeps its archive below /var, because it is made for the JVM of this host.
  jar=$root/kifs.jar archive=$root/kifs.jsa
  [[ $root != /usr/share/kifs ]] || archive=/var/lib/kifs/kifs.jsa
fi
archive_flags=(
  -XX:+UseSerialGC
  # 0: the archive stays at the address that it was made for. Moving it would take 0.1 s.
  -XX:SharedArchiveFile="$archive" -Xlog:cds=off -Xlog:cds+dynamic=off
  -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
)

say() { printf 'kifs: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}
misuse() {
  say "$*; try --help"
  exit 2
}
is_root() { ((EUID == 0)); }

java_tool() {
  if [[ -n ${JAVA_HOME:-} ]]; then printf '%s\n' "$JAVA_HOME/bin/$1"; else type -P "$1"; fi
}

has_java() {
  local java version=''
  java=$(java_tool java) && [[ -x $java ]] || return 1
  # The release file of a JDK has the version, so the JVM need not be started.
  java=$(readlink -f -- "$java")
  [[ ! -r ${java%/bin/java}/release ]] || version=$(<"${java%/bin/java}/release")
  [[ $version == *JAVA_VERSION=* ]] || version=$("$java" -version 2>&1)
  [[ ${version##*JAVA_VERSION=} =~ \"([0-9]+) ]] && ((BASH_REMATCH[1] >= 17))
}

build() {
  local as_owner=() owner
  # Under sudo, the files that the build makes must belong to the owner of the sources.
  owner=$(stat -c %U -- "$root")
  if is_root && [[ $owner != root && $owner != UNKNOWN ]]; then
    as_owner=(runuser -u "$owner" -- env "HOME=$(getent passwd "$owner" | cut -d: -f6)")
  fi
  say "building $jar; the first time, Maven downloads libraries for some minutes"
  # A log that stderr is redirected to gets no colours.
  local colours=()
  [[ -t 2 ]] || colours=(-Dstyle.color=never)
  (cd -- "$root" && "${as_owner[@]}" mvn -q -B "${colours[@]}" -DskipChecks -Dmaven.test.skip=true package) \
    </dev/null >&2 || fail "the build failed"
}

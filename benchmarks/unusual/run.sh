#!/usr/bin/env bash
# Scores the detector of what is unusual beside a 3-sigma rule and a relative-entropy test. Needs no
# root and no mount, but kifs.jar (mvn -B package makes it). See README.md one directory up.
#   run.sh made [COUNT [SEED]]     made series with faults at known times
#   run.sh speed                   what an update costs
#   run.sh data DIRECTORY...       public labelled series, as convert.py writes them
#   run.sh host DIRECTORY...       recorded series of 1 Hz without faults, likewise
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
jar=$(dirname -- "$(dirname -- "$here")")/fs/target/kifs.jar
[[ -e $jar ]] || {
  echo "no $jar: mvn -B package makes it" >&2
  exit 1
}
classes=$(mktemp -d)
trap 'rm -rf -- "$classes"' EXIT
javac -Xlint:all -Werror -cp "$jar" -d "$classes" "$here"/*.java
nice java -XX:+UseSerialGC -Xmx2g -cp "$jar:$classes" Trial "${@:-made}"

#!/usr/bin/env bash
# Makes the class-data archive with which mount.sh starts the daemon. A JVM maps the archive instead of reading,
# verifying and linking three thousand classes. The Rehearsal program loads these classes. Without the archive the
# daemon works, but starts slower, so no error here fails a build. A JDK other than the one that made it ignores it.
# usage: archive.sh JAVA JAR ARCHIVE
set -uo pipefail

java=$1 jar=$2 archive=$3
classes=$archive.classes

rm -f -- "$archive" "$classes"
quiet=(-Xlog:disable -Xlog:all=off)
if "$java" "${quiet[@]}" -Xshare:off -XX:DumpLoadedClassList="$classes" -cp "$jar" kifs.fs.cli.Rehearsal &&
  "$java" "${quiet[@]}" -Xshare:dump -XX:+UseG1GC -XX:SharedClassListFile="$classes" -XX:SharedArchiveFile="$archive" -cp "$jar"; then
  rm -f -- "$classes"
else
  rm -f -- "$archive" "$classes"
  echo "archive.sh: no class archive: starts take longer" >&2
fi
exit 0

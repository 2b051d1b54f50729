#!/usr/bin/env bash
# Makes the archive of classes that mount.sh starts the daemon with: a JVM maps it instead of reading, verifying and
# linking three thousand classes. Which these are a rehearsal tells. Without an archive all works, but starts slower;
# so nothing here fails a build. Another JDK than the one that made it leaves it aside.
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

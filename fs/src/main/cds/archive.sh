#!/usr/bin/env bash
# Makes the class-data archive with which mount.sh starts the daemon, and kifs its commands. A JVM
# maps the archive instead of reading, verifying and linking three thousand classes. The Rehearsal
# program loads these classes. Without the archive both work, but start slower. So a JVM that can't
# make one leads to a warning, not to a failed build. A JDK other than the one that made it ignores it.
# usage: archive.sh JAVA JAR ARCHIVE
set -euo pipefail

java=$1 jar=$2 archive=$3
classes=$archive.classes
said=$archive.out

rehearse() {
  "$java" -Xshare:off -XX:DumpLoadedClassList="$classes" -cp "$jar" kifs.fs.cli.Rehearsal
}

dump() {
  "$java" -Xshare:dump -XX:+UseG1GC -XX:SharedClassListFile="$classes" \
    -XX:SharedArchiveFile="$archive" -cp "$jar"
}

rm -f -- "$archive"
if ! { rehearse && dump; } >"$said" 2>&1 || [[ ! -s $archive ]]; then
  rm -f -- "$archive"
  echo "[WARNING] no archive of classes, so the daemon starts slower. The JVM says:"
  tail -n 20 -- "$said"
fi
rm -f -- "$classes" "$said"

#!/usr/bin/env bash
# Compiles the Java client library into a jar. It needs a JDK 17 or newer and nothing else.
# usage: build.sh [JAR]    by default kifs-client.jar in the present directory
set -euo pipefail

jar=$(realpath -m -- "${1:-kifs-client.jar}")
source=$(dirname -- "$(readlink -f -- "$0")")/src
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
classes=$(mktemp -d)
trap 'rm -rf -- "$classes"' EXIT
"${bin}javac" --release 17 -Xlint:all -Werror -d "$classes" "$source"/kifs/client/*.java
# A fixed time makes equal jars from equal sources.
"${bin}jar" --create --file "$jar" --date 2026-01-01T00:00:00Z -C "$classes" .

#!/usr/bin/env bash
# Makes a Parquet file of each recording or bulk: hosts.sh DIRECTORY FILE... Then `duckdb < hosts.sql`
# in that directory answers questions about all hosts at once.
set -euo pipefail

kifs=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")/kifs
(($# >= 2)) || {
  echo "usage: hosts.sh DIRECTORY FILE..." >&2
  exit 2
}
directory=$1
for file in "${@:2}"; do
  "$kifs" print --format=parquet --tags=process --all "$file" >"$directory/${file##*/}.parquet"
done

#!/usr/bin/env bash
# Compiles the BPF programs into a directory, and beside them `sources`: a hash of what they were
# made from, and the compiler. The objects are committed, so that users need no compiler:
#
#   build.sh DIRECTORY                  fails where a tool is missing
#   build.sh --if-possible DIRECTORY    does nothing then
#   build.sh --hash                     prints the hash alone
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
export PATH=$PATH:/usr/sbin:/sbin

hash_of_sources() { (cd -- "$here" && LC_ALL=C cat -- *.h *.bpf.c build.sh) | sha256sum | cut -d' ' -f1; }
has() { type -P "$1" >/dev/null; }
can_build() { has clang && has bpftool && [[ -e /usr/include/bpf/bpf_helpers.h ]]; }

if [[ ${1:-} == --hash ]]; then
  hash_of_sources
  exit
fi
if [[ ${1:-} == --if-possible ]]; then
  shift
  can_build || exit 0
fi
can_build || { echo "missing: clang bpftool libbpf-dev" >&2; exit 1; }
mkdir -p -- "$1"
out=$(readlink -f -- "$1")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# From there, and without the name of that directory in it: the same bytes wherever it is made.
cd -- "$here"
for source in *.bpf.c; do
  object=${source%.c}.o
  # -g: the types must be in it. The include path: the processor's headers, which -target hides.
  clang -g -O2 "-ffile-prefix-map=$here=." -fdebug-compilation-dir=. -target bpf -mcpu=v3 \
    -ffreestanding -Wall -Wextra -Werror -Wno-unused-parameter \
    -I"/usr/include/$(uname -m)-linux-gnu" -c "$source" -o "$work/$object"
  # Without what only debuggers want.
  bpftool gen object "$work/stripped.$object" "$work/$object"
  install -m 644 "$work/stripped.$object" "$out/$object"
done
{ hash_of_sources; clang --version | head -n 1; } > "$out/sources"

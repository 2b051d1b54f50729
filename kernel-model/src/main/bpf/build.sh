#!/usr/bin/env bash
# Compiles the BPF programs into DIRECTORY/kifs.bpf.o, and writes a hash of their sources and the
# compiler's name to DIRECTORY/sources. The object is committed, so that users need no compiler:
#
#   build.sh DIRECTORY                  fails where a tool is missing
#   build.sh --if-possible DIRECTORY    does nothing where a tool is missing
#   build.sh --hash                     only prints the hash
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
export PATH=$PATH:/usr/sbin:/sbin

hash_of_sources() {
  (cd -- "$here" && LC_ALL=C cat -- *.h *.c build.sh) | sha256sum | cut -d' ' -f1
}
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
can_build || {
  echo "missing: clang bpftool libbpf-dev" >&2
  exit 1
}
mkdir -p -- "$1"
out=$(readlink -f -- "$1")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# The directory's name must not get into the object: it has the same bytes wherever it is made.
cd -- "$here"
# -g: the types must be in it. The include path: the CPU's headers, which -target hides.
clang -g -O2 "-ffile-prefix-map=$here=." -fdebug-compilation-dir=. -target bpf -mcpu=v3 \
  -ffreestanding -Wall -Wextra -Werror -Wno-unused-parameter \
  -I"/usr/include/$(uname -m)-linux-gnu" -c kifs.bpf.c -o "$work/kifs.bpf.o"
# Without the sections that only debuggers want.
bpftool gen object "$work/stripped.bpf.o" "$work/kifs.bpf.o"
install -m 644 "$work/stripped.bpf.o" "$out/kifs.bpf.o"
{
  hash_of_sources
  clang --version | head -n 1
} >"$out/sources"

#!/usr/bin/env bash
# Checks the format of the C, shell and Python files, and what linters say about them. (Maven does
# this for Java.) With --fix, it first formats the files. `./mount.sh --setup=tests` installs the tools.
# usage: lint.sh [--fix]
set -euo pipefail
cd "$(dirname "$0")/.."

# Whether a tool is installed. The check of a missing tool is left out, but not silently.
has() {
  type -P "$1" >/dev/null && return
  echo "lint.sh: no $1, so its check is left out (./mount.sh --setup=tests installs it)" >&2
  return 1
}

# Lists the files of these patterns, without those that are deleted but not yet committed.
files() { git ls-files --cached --others --exclude-standard -- "$@" | xargs -d '\n' ls -d 2>/dev/null; }

mapfile -t c < <(files '*.c' '*.h')
mapfile -t shell < <(files '*.sh' .ci/run kifs '*/mount.kifs')
mapfile -t python < <(files '*.py')
# Files without a shebang are read by scripts, and shellcheck checks them together with these.
mapfile -t scripts < <(grep -l '^#!' "${shell[@]}")

clang_format=(clang-format --style=file --fallback-style=none)
status=0
if has clang-format; then
  [[ ${1:-} != --fix ]] || "${clang_format[@]}" -i "${c[@]}"
  "${clang_format[@]}" --dry-run --Werror "${c[@]}" || status=1
fi
if has shfmt; then
  [[ ${1:-} != --fix ]] || shfmt -w "${shell[@]}"
  shfmt -d "${shell[@]}" || status=1
fi
if has shellcheck; then
  shellcheck --check-sourced "${scripts[@]}" || status=1
fi
if has black; then
  [[ ${1:-} != --fix ]] || black -q "${python[@]}"
  black -q --check --diff "${python[@]}" || status=1
fi
if has flake8; then
  flake8 "${python[@]}" || status=1
fi
((status == 0)) || echo "lint.sh: see above; lint.sh --fix formats the files" >&2
exit "$status"

# Shared by the scripts of this folder: source it, do not run it.
# Sourcing moves to the repository root, so that every path below holds from wherever a script was called,
# and gives the compiler cache a folder it can write to.
# shellcheck shell=bash

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=$(nproc)
log_dir=build/logs
# Labels of ctest, for the scripts that source this.
# shellcheck disable=SC2034
slow_label='slow'
# shellcheck disable=SC2034
quick_labels='unit|policy'
# shellcheck disable=SC2034
thread_label='threads'
# Enough of a failed step's log to hold one compiler error with its notes.
log_tail_lines=60

# The cache belongs in the home folder, where it outlives build/; a read-only home must not stop a build.
if [ -z "${CCACHE_DIR:-}" ]; then
  home_cache="${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/ccache"
  if ! mkdir -p "$home_cache" 2>/dev/null || [ ! -w "$home_cache" ]; then
    export CCACHE_DIR="$PWD/build/ccache"
  fi
fi

# What the compiler cache may overlook, so that it knows files again that precompiled headers went into.
export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}"

say() { printf '%s\n' "$*"; }

stop() {
  printf '%s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf '%s\n' "$*" "Options: ${0##*/} --help" >&2
  exit 2
}

# The comment block at the head of the calling script is its help page.
print_help() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$0"; }

# minutes_since START: "3 min 07 s", START being a former value of SECONDS.
minutes_since() {
  local seconds=$((SECONDS - $1))
  printf '%d min %02d s' $((seconds / 60)) $((seconds % 60))
}

# quietly NAME COMMAND...: output goes to build/logs/NAME.log; only of a failure is the end shown.
quietly() {
  local log="$log_dir/$1.log" status=0
  shift
  mkdir -p "$log_dir"
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n "$log_tail_lines" "$log" >&2
    stop "Failed (exit status $status): $*. The whole output is in $log."
  fi
}

# build PRESET [TARGET...]: configures and builds, quietly; without targets, everything.
build() {
  local preset=$1 start=$SECONDS
  shift
  quietly "configure-$preset" cmake --preset "$preset"
  local targets=()
  [ $# -eq 0 ] || targets=(--target "$@")
  quietly "build-$preset" cmake --build --preset "$preset" --parallel "$jobs" "${targets[@]}"
  say "Built $preset in $(minutes_since "$start")."
}

# run_tests PRESET [CTEST OPTION...]
run_tests() {
  local preset=$1
  shift
  ctest --preset "$preset" --parallel "$jobs" --no-tests=error "$@"
}

# The program of a preset that has been built.
plumbline_binary() {
  local binary
  binary=$(find "build/$1" -maxdepth 3 -name plumbline -type f -perm -u+x -print -quit)
  [ -n "$binary" ] || stop "No program named plumbline under build/$1; build it with: cmake --build --preset $1"
  printf '%s' "$binary"
}

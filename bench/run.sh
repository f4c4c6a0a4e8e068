#!/bin/bash
# run.sh NAME [ARGUMENT...]     build in release, run one bench, ours and the peer in turn, and say whether the bound holds
#
# The last line is `NAME: ours=… peer=… ratio=… bound=… UNIT`; the exit code is 0 only where the bound holds. The benches
# are the files bench/NAME.py and bench/NAME.cc; each says at its head what it measures. Without a name: lists them.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8

list() {
  local file
  for file in bench/*.py bench/*.cc; do
    [ -e "$file" ] || continue
    file=${file##*/}
    case ${file%.*} in measuring | mover | rises) ;; *) echo "  ${file%.*}" ;; esac
  done
}
name=${1:-}
if [ -z "$name" ] || { [ ! -e "bench/$name.py" ] && [ ! -e "bench/$name.cc" ]; }; then
  { sed '1d; /^#/!Q' "$0"; echo "benches:"; list; } >&2
  exit 2
fi
shift

groups="build test"
[ -e "bench/$name.py" ] && groups="$groups run rig bench"
packaging/dependencies.sh $groups || exit 1
log=build/bench-build.log
mkdir -p build
# A bench that is a program, or drives one of its own name, needs nothing else; the others drive the programs themselves.
target=all
grep -Eq "^(hotspot_bench|add_executable)\((bench_)?$name( |\$)" bench/CMakeLists.txt && target=bench_$name
if ! { cmake --preset release -DHOTSPOT_BENCH=ON && cmake --build --preset release --target $target; } > $log 2>&1; then
  tail -30 $log >&2
  exit 1
fi
if [ -e "bench/$name.cc" ]; then exec "build/release/bin/bench_$name" "$@"; fi
exec python3 "bench/$name.py" build/release "$@"

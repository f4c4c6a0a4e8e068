#!/bin/bash
# test.sh [STAGE...]               build Hotspot and run its tests; without a stage, all of them (root, for the rig)
# test.sh for [FILE|FOLDER...]     build and run only the unit tests that belong to these, in seconds; without an argument,
#                                  those of the files that differ from the last commit (preset dev)
#
# Stages, in order:
#   format   clang-format, on every file
#   unit     unit and contract tests, with warnings as errors
#   rules    the packs that ship: checked, tested, formatted; and rule test against Debian's promtool
#   rig      the rig proves itself: real hosts, real guests, a real live migration
#   e2e      the whole loop on the rig
#   faults   things are killed, stopped and cut off on the rig (HOTSPOT_FAULT_ROUNDS of each, 1)
#   asan     the unit and contract tests under the address and undefined-behaviour sanitizers
#   tsan     those with threads under the thread sanitizer
#   fuzz     each fuzz target for a short while (HOTSPOT_FUZZ_SECONDS, 20)
#   tidy     clang-tidy
#   debian13 unit and contract tests in a clean Debian 13, with warnings as errors; without a mirror it is skipped, and
#            failed if HOTSPOT_CI is set (tests/clean/root.sh)
# and only if it is named:
#   packages the Debian packages of Debian 12 and 13: built in a clean root, looked at by lintian, and installed, started, upgraded,
#            removed and purged on a clean machine that systemd boots (tests/packages/run.sh); too long for every change
#
# While the rig's stages wait for their guests, the later stages are built with what that leaves of the cores.
# HOTSPOT_TEST_SECONDS: after that time no stage after faults begins, and one that runs is ended; both are counted as
# skipped, and said. CI sets it, because a run that CI ends counts nothing.
#
# Installs the Debian packages that are missing. Safe to run again; cleans up after itself, also on Ctrl-C. The last line
# is the count over all stages: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
# What ccache has compiled in one clone serves every other.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PWD} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}

all_stages="format unit rules rig e2e faults asan tsan fuzz tidy debian13" by_name="packages"
stages=${*:-$all_stages} paths=()
if [ "${1:-}" = for ]; then stages="" paths=("${@:2}"); fi
for stage in $stages; do
  case " $all_stages $by_name " in *" $stage "*) ;; *) sed '1d; /^#/!Q' "$0" >&2; exit 2 ;; esac
done

with_rig=""
case " $stages " in *" rig "* | *" e2e "* | *" faults "*) with_rig=yes ;; esac

# Two at once would take the rig from each other. `for` uses no rig.
mine=/tmp/hotspot-test-${RIG_ID:-8}.pid
[ "${1:-}" != for ] || mine=$(mktemp)
other=$(cat "$mine" 2> /dev/null)
if [ -n "$other" ] && tr '\0' ' ' < "/proc/$other/cmdline" 2> /dev/null | grep -q 'test\.sh'; then
  echo "test.sh: another one is running (process $other, rig ${RIG_ID:-8}): wait until it has ended" >&2
  exit 2
fi
echo $$ > "$mine"

started=$SECONDS
passed=0 failed=0 skipped=0
log_dir=build/test-logs
mkdir -p $log_dir
elapsed() { printf '%d:%02d' $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60)); }
say() { printf '[%s] %s\n' "$(elapsed)" "$*"; }

# Is the time of this run over? Only stages that a shorter run may leave out end by it.
over=""
too_late() { [ -n "${HOTSPOT_TEST_SECONDS:-}" ] && [ $((SECONDS - started)) -ge "$HOTSPOT_TEST_SECONDS" ]; }
# counted NAME PASSED FAILED SKIPPED
counted() {
  if [ -n "$over" ]; then
    say "$1: skipped, since the $HOTSPOT_TEST_SECONDS s of this run are over; ./test.sh ${1#build } runs it"
    skipped=$((skipped + 1))
    return
  fi
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
  say "$1: $2 passed, $3 failed, $4 skipped"
}

# run COMMAND...: in a process group of its own, so that a signal can end all of it. Bash runs no trap while it waits for a
# command in the foreground.
running=""
run() {
  local code
  set -m
  running=starting
  "$@" < /dev/null 3>&- &
  running=$!
  set +m
  # A signal ends a wait, not the command.
  while wait "$running"; code=$?; kill -0 "$running" 2> /dev/null; do :; done
  running=""
  return $code
}
# group_runs GROUP: a process of it runs. One that has ended does not, even if init has not collected it yet.
group_runs() {
  cat /proc/[0-9]*/stat 2> /dev/null | sed 's/.*) //' | awk -v group="$1" '$1 !~ /[ZX]/ && $3 == group { n++ } END { exit !n }'
}
# end_group GROUP: asks its processes to end, and forces those that still run after ten seconds. It does not wait by
# 'read -t': Bash leaves a trap that runs during it once the time of the read is over.
end_group() {
  local limit=$((SECONDS + 10))
  kill -- -"$1" 2> /dev/null || return 0
  while group_runs "$1" && [ $SECONDS -lt $limit ]; do sleep 0.05; done
  kill -KILL -- -"$1" 2> /dev/null
  wait "$1" 2> /dev/null
}

# Descriptor 3 is the output of test.sh itself: a message about a signal does not belong in the log of a stage.
exec 3>&1
finish() {
  # A second signal does not stop the cleaning up, nor does a terminal that was closed.
  trap : INT TERM HUP
  trap '' PIPE
  exec >&3
  # The signal may have come after the process began and before its number was kept.
  [ "$running" != starting ] || running=${!:-}
  [ "$ahead" != starting ] || ahead=${!:-}
  [ -z "$running" ] || end_group "$running"
  [ -z "$watch" ] || { pkill -P "$watch"; kill "$watch"; } 2> /dev/null
  [ -z "$ahead" ] || end_group "$ahead"
  [ -z "$with_rig" ] || RIG_ID=${RIG_ID:-8} run tests/rig/rig down > /dev/null 2>&1
  say "all stages that ran: $stages"
  rm -f "$mine"
  # Under sudo: build/ is the user's, whose own cmake goes on in it.
  [ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" build
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ] && [ "${1:-0}" = 0 ]
  exit $?
}
trap 'failed=$((failed + 1)); say "interrupted" >&3; finish 1' INT TERM HUP

# Builds what the stages after the rig's need, and lets clang-tidy look, with processes that yield to all others.
ahead="" tidy_code=build/test-logs/tidy.code
build_ahead() {
  local preset target
  for preset in asan tsan fuzz debian13; do
    case " $stages " in *" $preset "*) ;; *) continue ;; esac
    target=$(target_of $preset)
    within $preset cmake --preset $preset && within $preset cmake --build --preset $preset -j"$(nproc)" ${target:+--target $target}
  done > $log_dir/ahead.log 2>&1
  case " $stages " in *" tidy "*) tidy "$(nproc)"; echo $? > $tidy_code ;; esac
}
# A session of its own: where the kernel groups processes by session, only this lets it yield.
begin_ahead() {
  rm -f $tidy_code
  ahead=starting
  export stages log_dir tidy_code
  export -f build_ahead target_of within tidy
  setsid bash -c 'run() { "$@" < /dev/null; }
    echo 19 > /proc/self/autogroup
    renice -n 19 $$ > /dev/null; chrt --idle --pid 0 $$
    build_ahead' 2> /dev/null &
  ahead=$!
}
# Ends what a stage runs when the time is over.
watch=""
begin_watch() {
  [ -n "${HOTSPOT_TEST_SECONDS:-}" ] && [ -z "$watch" ] || return 0
  local left=$((HOTSPOT_TEST_SECONDS - (SECONDS - started)))
  [ $left -gt 0 ] || return 0
  (sleep $left && kill -USR1 $$) < /dev/null > /dev/null 2>&1 3>&- &
  watch=$!
}
trap 'over=yes; [ -z "$running" ] || [ "$running" = starting ] || end_group "$running"' USR1

# What is not built yet is built by the stages themselves, with all cores.
end_ahead() {
  [ -n "$ahead" ] || return 0
  end_group "$ahead"
  ahead=""
}
target_of() { case $1 in tsan) echo threads_tests ;; fuzz) echo fuzz_targets ;; esac; }

# within PRESET COMMAND...: here, or for debian13 in its root.
within() {
  local preset=$1
  shift
  if [ "$preset" = debian13 ]; then set -- tests/clean/root.sh trixie "$@"; fi
  run "$@"
}

# build PRESET [--target TARGET]: configures and builds; a build that fails is a failed test.
build() {
  say "building with preset $1"
  if ! { within "$1" cmake --preset "$1" && within "$1" cmake --build --preset "$@"; } > $log_dir/build-"$1".log 2>&1; then
    grep -E -A5 'error|FAILED|Error' $log_dir/build-"$1".log | head -60
    counted "build $1" 0 1 0
    return 1
  fi
}

# run_ctest STAGE PRESET [ctest arguments]
run_ctest() {
  local stage=$1 preset=$2 out=$log_dir/$1.log total bad skips
  shift 2
  within "$preset" ctest --preset "$preset" --timeout "${test_limit:-120}" -j"${test_jobs:-2}" "$@" > "$out" 2>&1
  total=$(sed -n 's/.*tests passed, [0-9]* tests failed out of \([0-9]*\)/\1/p' "$out" | tail -1)
  bad=$(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of .*/\1/p' "$out" | tail -1)
  skips=$(grep -c '\*\*\*Skipped' "$out")
  if [ -z "$total" ] || [ "$total" = 0 ]; then tail -20 "$out"; counted "$stage" 0 1 0; return; fi
  if [ "$bad" != 0 ]; then awk '/\*\*\*(Failed|Timeout|Exception|Not Run)/ { on = 1 } /^ +Start +[0-9]+:/ { on = 0 } on' "$out" | head -150; fi
  counted "$stage" $((total - bad - skips)) "$bad" "$skips"
}

# shown LOG COMMAND...: its output in the log and here.
shown() {
  local out=$1
  shift
  "$@" 2>&1 | tee "$out"
  return "${PIPESTATUS[0]}"
}
# run_suite STAGE COMMAND...: a suite that ends with the count on a line of its own.
run_suite() {
  local stage=$1 out=$log_dir/$1.log code line
  shift
  run shown "$out" "$@"
  code=$?
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$out" | tail -1)
  if [ -z "$line" ]; then say "$stage ended with code $code and without a count"; counted "$stage" 0 1 0; return; fi
  set -- $(tr -dc '0-9 ' <<< "$line")
  if [ "$code" != 0 ] && [ "$2" = 0 ]; then set -- "$1" 1 "${3:-0}"; fi
  counted "$stage" "$1" "$2" "${3:-0}"
}

# One line for each place that clang-format would change: the file's name.
misformatted() {
  git ls-files -co --exclude-standard '*.cc' '*.h' | while read -r f; do [ ! -e "$f" ] || echo "$f"; done |
    xargs clang-format --dry-run 2>&1 | sed -n 's/:.*warning: code should be clang-formatted.*//p'
}
stage_format() {
  local out=$log_dir/format.log code
  run misformatted > "$out"
  code=$?
  sort "$out" | uniq -c
  [ $code = 0 ] || say "clang-format ended with code $code"
  if [ $code = 0 ] && [ ! -s "$out" ]; then counted format 1 0 0; else counted format 0 1 0; fi
}
# Most of these tests wait for servers, not for a CPU: more of them at once than there are CPUs, each with time for a slow machine.
stage_unit() {
  local test_jobs=$((2 * $(nproc))) test_limit=300
  build ci && run_ctest unit ci
}

# test_folder PATH: the folder below tests/unit that tests PATH, or below tests/, as in contract/ports; nothing if there is none.
test_folder() {
  local at=${1#"$PWD"/}
  at=${at#./}
  case ${at%/} in
    tests/unit/* | tests/contract/*) at=${at#tests/} ;;
    *) at=unit/${at%/} ;;
  esac
  while [ "$at" != . ] && [ ! -e "tests/$at/CMakeLists.txt" ]; do at=$(dirname "$at"); done
  [ "$at" = . ] || echo "${at#unit/}"
}
# Unit tests need only what they link; contract tests run the programs.
stage_for() {
  local path folder labels="" targets=()
  [ ${#paths[@]} -gt 0 ] || readarray -t paths < <(git diff --name-only HEAD; git ls-files -o --exclude-standard)
  for path in "${paths[@]}"; do
    folder=$(test_folder "$path")
    [ -n "$folder" ] || { say "no folder of tests belongs to $path"; continue; }
    case "|$labels|" in *"|$folder|"*) continue ;; esac
    labels=$labels${labels:+|}$folder
    case $folder in contract/*) targets+=(all) ;; *) targets+=("tests/unit/$folder/all") ;; esac
  done
  if [ -z "$labels" ]; then say "nothing to test: see tests/unit for the folders that there are"; counted for 0 1 0; return; fi
  say "tests of ${labels//|/ }"
  build dev --target "${targets[@]}" && run_ctest for dev -L "^($labels)\$"
}
stage_rules() {
  build ci || return
  local ctl=build/ci/bin/hotspotctl out=$log_dir/rules.log right=0 wrong=0 pack
  : > "$out"
  try() { if run "$@" >> "$out" 2>&1; then right=$((right + 1)); else wrong=$((wrong + 1)); echo "failed: $*"; tail -20 "$out"; fi; }
  for pack in rules/*.yml; do
    case $pack in *_test.yml) try $ctl rule test "$pack" ;; *) try $ctl rule check "$pack" ;; esac
  done
  try $ctl rule fmt --check rules
  try python3 tests/contract/promtool/rule_test_test.py "$PWD/$ctl"
  counted rules $right $wrong 0
}
stage_debian13() {
  local test_limit=300
  local log=$log_dir/debian13-root.log code
  within debian13 true > "$log" 2>&1
  code=$?
  if [ $code != 0 ]; then
    tail -20 "$log"
    # 75: there is no mirror.
    if [ $code = 75 ] && [ -z "${HOTSPOT_CI:-}" ]; then counted debian13 0 0 1; else counted debian13 0 1 0; fi
    return
  fi
  local test_jobs=$((2 * $(nproc)))
  build debian13 -j"$(nproc)" && run_ctest debian13 debian13
}
stage_packages() { run_suite packages tests/packages/run.sh; }
# What is compiled in half the time takes twice as long to run.
stage_asan() {
  local test_limit=240
  build asan && ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 LSAN_OPTIONS=suppressions=$PWD/tests/support/lsan.supp:print_suppressions=0 \
    run_ctest asan asan -E '^(house|install|collectd|collectd_redis|collectd_history_.*|rules_schema|console_pages.*)$'
}
stage_tsan() {
  build tsan --target "$(target_of tsan)" &&
    TSAN_OPTIONS=suppressions=$PWD/tests/support/tsan.supp run_ctest tsan tsan -L threads
}
stage_fuzz() { build fuzz --target "$(target_of fuzz)" && run_suite fuzz tests/fuzz/run.sh build/fuzz/bin "${HOTSPOT_FUZZ_SECONDS:-20}"; }
# The commands of a build, without building: what is compiled here was compiled in the stages before.
tidy() {
  local log=$log_dir/tidy.log
  run cmake --preset tidy > "$log" 2>&1 &&
    run run-clang-tidy -quiet -j"$1" -p build/tidy '/(telemetry|common|collectd-plugin|actuator)/' >> "$log" 2>&1
}
stage_tidy() {
  if if [ -e $tidy_code ]; then [ "$(cat $tidy_code)" = 0 ]; else tidy 2; fi; then
    counted tidy 1 0 0
  else
    grep -E -A3 'error:' $log_dir/tidy.log | head -60
    counted tidy 0 1 0
  fi
}
stage_rig() { RIG_ID=${RIG_ID:-8} run_suite rig tests/rig/selftest; }
# One after the other: guests of two rigs take each other's CPU on two cores, and rules no longer fire.
stage_e2e() { build ci && run_suite e2e env RIG_ID="${RIG_ID:-8}" python3 tests/e2e/run.py build/ci; }
stage_faults() { build ci && run_suite faults env RIG_ID="${RIG_ID:-8}" HOTSPOT_FAULT_ROUNDS="${HOTSPOT_FAULT_ROUNDS:-1}" python3 tests/faults/run.py build/ci; }

if [ "${1:-}" = for ]; then
  stages=for
  packaging/dependencies.sh build unit || { counted packages 0 1 0; finish 1; }
  stage_for
  finish 0
fi

groups="build test clang"
[ -z "$with_rig" ] || groups="$groups run rig"
case " $stages " in *" packages "*) groups="$groups package" ;; esac
say "Debian's packages"
packaging/dependencies.sh $groups || { counted packages 0 1 0; finish 1; }
rm -f $tidy_code
for stage in $stages; do
  case $stage in
    rig | e2e | faults) [ -n "$ahead" ] || begin_ahead ;;
    debian13 | asan | tsan | fuzz | tidy)
      end_ahead
      begin_watch
      too_late && over=yes
      ;;
  esac
  say "stage $stage"
  if [ -n "$over" ]; then counted "$stage" 0 0 1; else "stage_$stage"; fi
done
end_ahead
finish 0

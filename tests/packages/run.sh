#!/bin/bash
# run.sh [SUITE...]      the packages, built and tried out on a clean machine of that Debian (bookworm and trixie by default)
#
# Of each suite: builds the packages in its clean root (tests/clean/root.sh), asks lintian, and has systemd boot a machine
# (a container, machine.sh), in which installed_test.py installs them by apt, starts all that is in them, looks for values,
# upgrades, acts with the least rights, removes and purges; then another, in which quickstart_test.py does what
# docs/quickstart.md says. The version before is the same source with a smaller number.
# Root. Says what it does, with the time since it began; the last line is the count. Ctrl-C ends all of it. A suite whose
# root, machine or packages cannot be made without a mirror is skipped, and failed if HOTSPOT_CI is set.
# HOTSPOT_PACKAGES=DIR, in this checkout, takes the packages of DIR/old and DIR/new instead of building them.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
logs=build/test-logs
mkdir -p $logs
passed=0 failed=0 skipped=0 child=""

say() { printf '[%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
right() { passed=$((passed + 1)); say "ok      $suite: $1"; }
wrong() { failed=$((failed + 1)); say "FAILED  $suite: $1"; [ -z "${2:-}" ] || tail -60 "$2"; }

# The shell waits for nothing but its own children, so a signal is heard at once; it is told here, not in some log.
exec 3>&1
trap 'trap "" INT TERM HUP; [ -z "$child" ] || kill "$child" 2> /dev/null; wait; say "interrupted" >&3; exit 130' INT TERM HUP
watched() {
  "$@" < /dev/null &
  child=$!
  wait $child
  local code=$?
  child=""
  return $code
}

there() { watched env HOTSPOT_CLEAN_GROUPS="build package" tests/clean/root.sh "$suite" "$@"; }

# As apt's archive has them.
build() {
  local folder=$1
  [ -z "${HOTSPOT_PACKAGES:-}" ] || return 0
  # What was built elsewhere than in a clean root has other paths.
  grep -q '^CMAKE_HOME_DIRECTORY:INTERNAL=/hotspot$' "$folder/CMakeCache.txt" 2> /dev/null || rm -rf "$folder"
  rm -rf "$folder/new" "$folder/old"
  set -- env HOTSPOT_PACKAGE_BUILD="$folder" HOTSPOT_JOBS="${HOTSPOT_JOBS:-}"
  there "$@" packaging/build-packages.sh "$folder/new" &&
    there "$@" HOTSPOT_PACKAGE_VERSION=0.0.9 packaging/build-packages.sh "$folder/old"
}

lint() { there bash -c "lintian --no-cfg --allow-root --fail-on error,warning,info -EIL '>=info' $1/new/*.deb"; }

make() { there true && watched tests/packages/machine.sh "$suite" make; }

# booted DIR TEST LOG: shows what the machine says of its tests, as it says it.
booted() {
  local line code shows
  : > "$1/result"
  tests/packages/machine.sh "$suite" boot "$1" "$2" > "$3" 2>&1 < /dev/null &
  child=$!
  tail -n +1 -s 0.2 -f --pid=$child "$1/result" | while IFS= read -r line; do
    case $line in
      ok* | FAILED*) say "$line" ;;
      *" passed, "*" failed") ;;
      *) echo "$line" ;;
    esac
  done &
  shows=$!
  wait $child
  code=$?
  child=""
  wait $shows
  return $code
}

# without_mirror CODE LOG: 75, that there is none, is no failure of ours.
without_mirror() {
  [ "$1" = 75 ] && [ -z "${HOTSPOT_CI:-}" ] || return 1
  skipped=$((skipped + 1))
  say "skipped $suite: $(tail -1 "$2")"
}

# on_a_machine TEST: in the folder and with the log of tried_out.
on_a_machine() {
  local code count
  say "$suite: systemd boots a machine (systemd-nspawn): $1"
  booted "$folder" "$1" "$log-boot.log"
  code=$?
  if without_mirror $code "$log-boot.log"; then return; fi
  count=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$folder/result" | tail -1)
  if [ -z "$count" ]; then wrong "the machine says how its tests went" "$log-boot.log"; return; fi
  passed=$((passed + ${count%% *})) count=${count#*, }
  failed=$((failed + ${count%% *}))
}

# tried_out SUITE
tried_out() {
  suite=$1
  local log=$logs/packages-$suite folder=${HOTSPOT_PACKAGES:-build/packages-$suite} code test
  say "$suite: a clean root and a machine"
  make > "$log-root.log" 2>&1
  code=$?
  if without_mirror $code "$log-root.log"; then return; fi
  if [ $code != 0 ]; then wrong "a clean root and a machine are made" "$log-root.log"; return; fi
  say "$suite: builds the packages"
  build "$folder" > "$log-build.log" 2>&1 || { wrong "the packages are built in a clean root" "$log-build.log"; return; }
  right "the packages are built in a clean root"
  if lint "$folder" > "$log-lint.log" 2>&1; then right "lintian finds nothing"; else wrong "lintian finds nothing" "$log-lint.log"; fi
  for test in installed_test.py quickstart_test.py; do on_a_machine $test; done
}

for suite in ${*:-bookworm trixie}; do tried_out "$suite"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $((passed + skipped)) -gt 0 ]

#!/bin/bash
# run.sh [SUITE...]      the packages, built and tried out on a clean machine of that Debian (bookworm, trixie; that
#                        of this machine by default)
#
# Of each suite: builds the packages (here, or in its clean root, tests/clean/root.sh), asks lintian, and boots a machine
# (machine.sh) in which installed_test.py installs them by apt, starts all that is in them, looks for values, and upgrades.
# Root. The last line is the count. A suite whose machine or packages cannot be made without a mirror is skipped, and failed
# if HOTSPOT_CI is set. HOTSPOT_PACKAGES=DIR takes those of DIR/old and DIR/new instead of building them.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
here=$(. /etc/os-release && echo "$VERSION_CODENAME")
logs=build/test-logs
mkdir -p $logs
passed=0 failed=0 skipped=0

right() { passed=$((passed + 1)); echo "ok      $1: $2"; }
wrong() { failed=$((failed + 1)); echo "FAILED  $1: $2"; [ -z "${3:-}" ] || tail -60 "$3"; }

# there SUITE COMMAND...: in a Debian of that suite.
there() {
  local suite=$1
  shift
  if [ "$suite" = "$here" ]; then "$@"; else HOTSPOT_CLEAN_GROUPS="build package" tests/clean/root.sh "$suite" "$@"; fi
}

# As apt's archive has them: the packages, and those of the version before.
build() {
  local suite=$1 folder=build/packages-$1
  [ -z "${HOTSPOT_PACKAGES:-}" ] || return 0
  rm -rf "$folder/new" "$folder/old"
  there "$suite" env HOTSPOT_PACKAGE_BUILD="$folder" HOTSPOT_JOBS="${HOTSPOT_JOBS:-}" packaging/build-packages.sh "$folder/new" &&
    there "$suite" env HOTSPOT_PACKAGE_BUILD="$folder" HOTSPOT_JOBS="${HOTSPOT_JOBS:-}" HOTSPOT_PACKAGE_VERSION=0.0.9 packaging/build-packages.sh "$folder/old"
}

lint() { there "$1" bash -c "lintian --no-cfg --allow-root --fail-on error,warning,info -EIL '>=info' $2/new/*.deb"; }

# without_mirror CODE LOG: 75, that there is none, is no failure of ours.
without_mirror() {
  [ "$1" = 75 ] && [ -z "${HOTSPOT_CI:-}" ] || return 1
  skipped=$((skipped + 1))
  echo "skipped $suite: $(tail -1 "$2")"
}

for suite in ${*:-$here}; do
  log=$logs/packages-$suite folder=${HOTSPOT_PACKAGES:-build/packages-$suite}
  there "$suite" true > "$log-root.log" 2>&1 && tests/packages/machine.sh "$suite" make >> "$log-root.log" 2>&1
  code=$?
  if without_mirror $code "$log-root.log"; then continue; fi
  if [ $code != 0 ]; then wrong "$suite" "a machine is made" "$log-root.log"; continue; fi
  if build "$suite" > "$log-build.log" 2>&1; then right "$suite" "the packages are built"; else wrong "$suite" "the packages are built" "$log-build.log"; continue; fi
  if lint "$suite" "$folder" > "$log-lint.log" 2>&1; then right "$suite" "lintian finds nothing"; else wrong "$suite" "lintian finds nothing" "$log-lint.log"; fi
  tests/packages/machine.sh "$suite" boot "$folder" > "$log-boot.log" 2>&1
  code=$?
  if without_mirror $code "$log-boot.log"; then continue; fi
  out=$folder/result
  cat "$out" 2> /dev/null
  count=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out" 2> /dev/null | tail -1)
  if [ -z "$count" ]; then wrong "$suite" "the machine says how its tests went" "$log-boot.log"; continue; fi
  passed=$((passed + ${count%% *})) count=${count#*, }
  failed=$((failed + ${count%% *}))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $((passed + skipped)) -gt 0 ]

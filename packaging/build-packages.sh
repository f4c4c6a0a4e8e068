#!/bin/bash
# build-packages.sh [DIR]      build Hotspot's Debian packages into DIR (build/packages/out)
#
# With the preset release, and with what Debian's own packages are hardened with (dpkg-buildflags). Needs what
# `packaging/dependencies.sh build package` installs. For the Debian that it runs on. Environment:
#   HOTSPOT_PACKAGE_BUILD    where it is compiled (build/packages)
#   HOTSPOT_PACKAGE_VERSION  another version than that of CMakeLists.txt, for tests of upgrades
#   HOTSPOT_JOBS             how many compile at once
#   DEBFULLNAME, DEBEMAIL    who the packages are from
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in -*) sed '1d; /^#/!Q' "$0" >&2; exit 2 ;; esac
build=${HOTSPOT_PACKAGE_BUILD:-build/packages}
out=${1:-$build/out}
umask 022
mkdir -p "$build"

# PIE is the default of Debian's compiler. Debug information is not shipped, so it is not made.
export DEB_BUILD_MAINT_OPTIONS="hardening=+all reproducible=-fixfilepath" DEB_CXXFLAGS_MAINT_STRIP="-g -O2"
flags="$(dpkg-buildflags --get CXXFLAGS) $(dpkg-buildflags --get CPPFLAGS)"
links=$(dpkg-buildflags --get LDFLAGS)
cmake --preset release -B "$build" -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O2 -DNDEBUG" \
  -DCMAKE_EXE_LINKER_FLAGS="$links" -DCMAKE_MODULE_LINKER_FLAGS="$links" -DCMAKE_SHARED_LINKER_FLAGS="$links" \
  ${DEBEMAIL:+-DHOTSPOT_MAINTAINER="${DEBFULLNAME:-Hotspot maintainers} <$DEBEMAIL>"} > "$build.log" 2>&1 || { cat "$build.log" >&2; exit 1; }
cmake --build "$build" ${HOTSPOT_JOBS:+-j"$HOTSPOT_JOBS"}

mkdir -p "$out"
made=$(mktemp -d "$build/made.XXXXXX")
trap 'rm -rf "$made"' EXIT
# The dates in the packages are that of the commit, so that two builds of it are alike.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -c safe.directory='*' log -1 --format=%ct 2> /dev/null || date +%s)}
export SOURCE_DATE_EPOCH
if ! cpack --config "$build/CPackConfig.cmake" -B "$made" ${HOTSPOT_PACKAGE_VERSION:+-R "$HOTSPOT_PACKAGE_VERSION"} > "$made/log" 2>&1; then
  cat "$made/log" >&2
  exit 1
fi
for package in "$made"/*.deb; do
  mv "$package" "$out/"
  echo "$out/${package##*/}"
done

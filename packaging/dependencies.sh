#!/bin/bash
# dependencies.sh GROUP...      install the Debian packages of the named groups that are missing (root)
#
# Groups: build   compiler, CMake and the -dev packages that the programs link
#         unit    what the unit tests need besides
#         test    what all tests need besides: GoogleTest, Google Benchmark, real servers
#         clang   what ./test.sh needs besides: clang's fuzzer, tidy and format, and what makes a clean Debian
#         run     what an operator has already: collectd, Redis, Carbon, RRDtool
#         package what packaging/build-packages.sh needs besides build, and lintian
#         bench   what bench/ measures us against
#         rig     several libvirt hosts on one machine: libvirtd, QEMU, lxcfs, a guest's parts
#
# Says what it installs. Does nothing, quickly, when all is there. The services of the packages are not started:
# the demo and the tests start what they need themselves, with their own files and on addresses of their own.
set -euo pipefail

declare -A packages=(
  [build]="g++ cmake ninja-build ccache pkg-config collectd-dev libvirt-dev librrd-dev libcairo2-dev libhiredis-dev libyaml-cpp-dev
    libsimdjson-dev nlohmann-json3-dev libpugixml-dev libcli11-dev libspdlog-dev libfmt-dev libsystemd-dev libssl-dev zlib1g-dev
    libhowardhinnant-date-dev libre2-dev libmicrohttpd-dev libcurl4-openssl-dev libpango1.0-dev fonts-dejavu-core tzdata"
  [unit]="libgtest-dev libgmock-dev python3"
  [test]="libgtest-dev libgmock-dev libbenchmark-dev python3
    redis-server redis-tools collectd-core rrdcached rrdtool graphite-carbon graphite-web openssl prometheus
    python3-yaml python3-jsonschema python3-prometheus-client chromium git zsh fish procps libgcrypt20 systemd binutils duktape
    libvirt-clients man-db"
  [clang]="clang clang-tidy clang-format libclang-rt-dev mmdebstrap curl"
  [run]="collectd redis-server redis-tools rrdtool rrdcached graphite-carbon fonts-dejavu-core tzdata libgcrypt20"
  [rig]="libvirt-daemon-system libvirt-clients qemu-system-x86 lxcfs iproute2 procps util-linux busybox-static cpio
    gzip gcc libc6-dev kmod jq curl libfaketime qemu-utils xz-utils"
  [package]="dpkg-dev file gzip lintian man-db mmdebstrap systemd-container"
  [bench]="prometheus prometheus-libvirt-exporter ganeti-htools"
)

[ $# -gt 0 ] || { sed '1d; /^#/!Q' "$0" >&2; exit 2; }
wanted=()
for group in "$@"; do
  [ -n "${packages[$group]:-}" ] || { echo "dependencies.sh: unknown group '$group'; known: ${!packages[*]}" >&2; exit 2; }
  # shellcheck disable=SC2086
  installed=$(dpkg-query -W -f '${Package}=${db:Status-Status} ' ${packages[$group]} 2> /dev/null) || true
  for package in ${packages[$group]}; do
    [[ " $installed" = *" $package=installed "* ]] || wanted+=("$package")
  done
done
[ ${#wanted[@]} -gt 0 ] || exit 0
[ "$(id -u)" = 0 ] || { echo "dependencies.sh: must be root to install: ${wanted[*]}" >&2; exit 1; }

echo "installing ${#wanted[@]} Debian packages: ${wanted[*]}"
policy=/usr/sbin/policy-rc.d   # while it says 101, packages do not start their services
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
# Says every ten seconds how far apt is.
install() {
  local apt from=$SECONDS shown=$SECONDS
  apt-get install -y --no-install-recommends "${wanted[@]}" > "$log" 2>&1 < /dev/null &
  apt=$!
  while kill -0 $apt 2> /dev/null; do
    sleep 0.2
    [ $((SECONDS - shown)) -ge 10 ] || continue
    shown=$SECONDS
    echo "  $((SECONDS - from)) s: $(tail -1 "$log" | cut -c1-90)"
  done
  wait $apt
}
# Package lists may be old or missing on a fresh machine: then one update, and once more.
if ! install; then
  apt-get update >> "$log" 2>&1 || true
  install || { tail -20 "$log" >&2; echo "dependencies.sh: apt-get failed; its output is in $log" >&2; exit 1; }
fi
rm -f "$log"

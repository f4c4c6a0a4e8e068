#!/bin/bash
# root.sh SUITE COMMAND...    runs a command in a clean Debian of that suite (trixie, bookworm), in this checkout (root)
#
# The root is made once, from Debian's mirror, in /var/cache/hotspot (HOTSPOT_CLEAN_CACHE; 1.5 GB a suite), and anew after
# 30 days. It holds what packaging/dependencies.sh installs for HOTSPOT_CLEAN_GROUPS ("build test"; '' for none) and nothing
# else. The checkout is at /hotspot in it, the compiler cache is that of the outside. All of it has mounts and process
# numbers of its own, so nothing stays when it ends, also on Ctrl-C. HOTSPOT_MIRROR names another mirror than apt's.
#
# Exit code: that of the command; 75 if the root cannot be made since no mirror can be reached.
set -uo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -ge 2 ] || { sed '1d; /^#/!Q' "$0" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "root.sh: must be root" >&2; exit 1; }
suite=$1
root=${HOTSPOT_CLEAN_CACHE:-/var/cache/hotspot}/$suite
groups=${HOTSPOT_CLEAN_GROUPS-build test}

# What is not marked as made was not finished, and goes. One that is old, but in which somebody works, is kept until the next time.
make_root() {
  local from log making=$root.making
  [ -z "$(find "$root.made" -mtime -30 2> /dev/null)" ] || return 0
  flock -n 8 || return 0
  from=$("$here/tests/clean/mirror.sh" "$suite") || return
  echo "root.sh: making $root from $from"
  rm -rf --one-file-system "$root" "$root.made" "$making"
  log=$root.log
  mkdir -p "$making"
  # Without waiting for the disk: a root that was not finished is thrown away.
  if ! mmdebstrap --mode=root --variant=apt --include=ca-certificates,mount --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --aptopt='Acquire::Languages "none"' "$suite" "$making" "$from" \
    > "$log" 2>&1 < /dev/null; then
    tail -20 "$log" >&2
    rm -rf --one-file-system "$making"
    return 1
  fi
  mv "$making" "$root" && touch "$root.made"
}

mount_all() {
  local cache=$1 file
  mkdir -p "$root/hotspot" "$root/ccache" "$cache"
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --rbind /sys "$root/sys"
  mount -t tmpfs tmpfs "$root/tmp"
  mount -t tmpfs tmpfs "$root/run"
  mount --bind "$here" "$root/hotspot"
  mount --bind "$cache" "$root/ccache"
  for file in resolv.conf hosts; do cat "/etc/$file" > "$root/etc/$file"; done
}

# umount is that of the new root. No chroot, in which the demo's lxcfs does not run: it is the root of all that runs here,
# and of nobody else.
enter() {
  cd "$root" && pivot_root . . && umount -l . && cd /hotspot
}

inside() {
  env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TERM="${TERM:-dumb}" \
    CCACHE_DIR=/ccache CCACHE_BASEDIR=/hotspot CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE="$cache_size" "$@"
}

# Mounts that nobody else sees, and processes that end with us: first of all, for what makes the root too. The first
# process in there has the number 1, so a variable that somebody has set does not let us loose on the machine's own mounts.
if [ "${HOTSPOT_CLEAN_INSIDE:-}" != "$suite" ] || [ $$ != 1 ]; then
  HOTSPOT_CLEAN_INSIDE=$suite unshare --mount --pid --fork --mount-proc --kill-child "$0" "$@" <&0 &
  trap '{ kill -KILL $!; wait; } 2> /dev/null; exit 130' INT TERM HUP
  wait $!
  exit
fi
shift
mkdir -p "$(dirname "$root")"
# One at a time makes it or installs in it; any number work in it, and nobody throws it away under them.
exec 8> "$root.used" 9> "$root.lock"
flock 9
make_root || exit
flock -s 8
cache_size=$(ccache -k max_size 2> /dev/null || echo 5G)
mount_all "${CCACHE_DIR:-$(ccache -k cache_dir 2> /dev/null || echo /root/.cache/ccache)}"
enter || exit 1
# shellcheck disable=SC2086
if [ -n "$groups" ]; then inside packaging/dependencies.sh $groups 9>&- || exit 1; fi
exec 9>&-
inside "$@"

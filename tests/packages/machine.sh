#!/bin/bash
# machine.sh SUITE make              make a machine of that Debian: systemd, and what an operator has before Hotspot
# machine.sh SUITE boot FOLDER [TEST] boot it, and run TEST (installed_test.py, or quickstart_test.py) in it with the
#                                    packages of FOLDER/old and FOLDER/new
#
# The machine is a container that systemd boots (systemd-nspawn) with a network of its own that leads nowhere. It is made
# once, in /var/cache/hotspot (HOTSPOT_CLEAN_CACHE), and anew after 30 days; what a run writes is in memory and gone
# when it ends. What the test says is in FOLDER/result. Exit code 75: no mirror can be reached.
set -uo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -ge 2 ] || { sed '1d; /^#/!Q' "$0" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "machine.sh: must be root" >&2; exit 1; }
suite=$1 verb=$2 folder=$(realpath -m "${3:-.}") test=${4:-installed_test.py}
root=${HOTSPOT_CLEAN_CACHE:-/var/cache/hotspot}/machine-$suite
has=ca-certificates,systemd-sysv,dbus,polkitd,man-db,redis-server,redis-tools,collectd,rrdtool,graphite-carbon,python3
has=$has,libvirt-daemon-system,libvirt-clients,qemu-system-x86,bash-completion

mirror() { "$here/tests/clean/mirror.sh" "$suite"; }

make() {
  local from making=$root.making
  [ -z "$(find "$root.made" -mtime -30 2> /dev/null)" ] || return 0
  from=$(mirror) || return
  echo "machine.sh: making $root"
  rm -rf --one-file-system "$root" "$root.made" "$root.fetched" "$making"
  mmdebstrap --mode=root --variant=apt --include=$has --dpkgopt=force-unsafe-io --skip=cleanup/apt \
    --aptopt='Acquire::Languages "none"' "$suite" "$making" "$from" < /dev/null || { rm -rf --one-file-system "$making"; return 1; }
  mv "$making" "$root" && touch "$root.made"
}

# What the packages depend on is taken from the mirror once: the machine itself has no way there.
fetch() {
  local needs
  needs=$(for package in "$folder"/new/*.deb; do dpkg-deb -f "$package" Depends; done)
  [ "$needs" != "$(cat "$root.fetched" 2> /dev/null)" ] || return 0
  mirror > /dev/null || return
  mount --bind "$folder" "$root/mnt" && cp /etc/resolv.conf "$root/etc/resolv.conf"
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 bash -c \
    'apt-get install -y --download-only /mnt/new/*.deb || { apt-get update && apt-get install -y --download-only /mnt/new/*.deb; }' < /dev/null
  local code=$?
  umount "$root/mnt"
  [ $code != 0 ] || echo "$needs" > "$root.fetched"
  return $code
}

boot() {
  local top=$root.run
  : > "$folder/result"
  fetch || return
  mkdir -p "$top"
  mount -t tmpfs tmpfs "$top" && mkdir "$top/upper" "$top/work" "$top/machine"
  mount -t overlay overlay -o "lowerdir=$root,upperdir=$top/upper,workdir=$top/work" "$top/machine" || return
  sed "s/@TEST@/$test/" "$here/tests/packages/packages-test.service" > "$top/machine/etc/systemd/system/packages-test.service"
  echo "node-$suite" > "$top/machine/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 node-%s\n' "$suite" > "$top/machine/etc/hosts"
  # A machine that is busy with other things takes its time.
  mkdir -p "$top/machine/etc/systemd/system.conf.d"
  printf '[Manager]\nDefaultTimeoutStartSec=600\nDefaultTimeoutStopSec=300\n' > "$top/machine/etc/systemd/system.conf.d/slow.conf"
  ln -s ../packages-test.service "$top/machine/etc/systemd/system/multi-user.target.wants/"
  # cgroups of the second kind alone: systemd of Debian 13 knows no others. Nothing here tells a machined of it.
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 timeout 1800 systemd-nspawn --quiet --register=no --keep-unit --directory="$top/machine" \
    --machine="packages-$suite" --hostname="node-$suite" --private-network --timezone=off --resolv-conf=off --capability=all \
    --bind="$folder:/packages" --bind-ro="$here/tests/packages:/tests" --bind-ro="$here/docs:/docs" --console=read-only --boot < /dev/null
}

# Mounts that nobody else sees, and processes that end with us.
if [ "${HOTSPOT_MACHINE_INSIDE:-}" != "$suite" ] || [ $$ != 1 ]; then
  HOTSPOT_MACHINE_INSIDE=$suite unshare --mount --pid --fork --mount-proc --kill-child "$0" "$@" <&0 &
  trap '{ kill -KILL $!; wait; } 2> /dev/null; exit 130' INT TERM HUP
  wait $!
  exit
fi
mkdir -p "$(dirname "$root")"
exec 9> "$root.lock"
flock 9
case $verb in
  make) make ;;
  boot) make && boot ;;
  *) echo "machine.sh: make or boot, not '$verb'" >&2; exit 2 ;;
esac

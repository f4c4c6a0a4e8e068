# What a host sees of the machine: lxcfs answers /proc/stat, meminfo, cpuinfo, loadavg, uptime and the list of CPUs by
# the cgroup of the reader's process 1. Without --enable-cfs: with it, a quota of 1.5 CPUs shows one busy CPU of two as
# 67 %; without it, as 50 %.

views_up() {
  mkdir -p "$RIG_ROOT/lxcfs"
  (cgroup_join outside
    exec setsid lxcfs -f --enable-loadavg -p "$RIG_ROOT/lxcfs.pid" "$RIG_ROOT/lxcfs") \
    > "$RIG_ROOT/lxcfs.log" 2>&1 < /dev/null &
  until_true 10 test -e "$RIG_ROOT/lxcfs/proc/stat" ||
    die "lxcfs did not start: $(tail -1 "$RIG_ROOT/lxcfs.log")$(views_advice)"
}
views_advice() {
  if [ ! -c /dev/fuse ]; then
    echo "; it needs /dev/fuse, which this machine or container does not have"
  elif [ "$(stat -c %d:%i /proc/1/root/.)" != "$(stat -c %d:%i /.)" ]; then
    echo "; it does not run in a chroot: take a machine, a container or systemd-nspawn"
  fi
}

# lxcfs ends with its mount, not on SIGTERM; the rest is done by killing what is in the cgroup.
views_down() {
  local m
  awk -v r="$RIG_ROOT/" 'index($2, r) == 1 { print $2 }' /proc/mounts | sort -r | while read -r m; do
    umount "$m" 2> /dev/null || umount -l "$m" 2> /dev/null || true
  done
}

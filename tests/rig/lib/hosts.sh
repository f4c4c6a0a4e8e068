# The hosts: each has its own network, hostname, process table, cgroups, and libvirtd with its own state and UUID. All
# see the same files, as hosts with shared storage do.

rig_up() {
  local i count=$1
  [ "$count" -ge 1 ] && [ "$count" -le "$RIG_MAX_HOSTS" ] || die "a rig has 1 to $RIG_MAX_HOSTS hosts, not $count"
  require lxcfs libvirtd virsh qemu-system-x86_64 ip tc nsenter unshare setsid flock
  rig_down
  mkdir -p "$RIG_ROOT"/guests /run/libvirt /var/lib/libvirt /etc/libvirt /var/log/libvirt /var/cache/libvirt
  cgroup_create_rig
  network_create_rig
  views_up
  for i in $(seq "$count"); do host_up "$i"; done
  for i in $(seq "$count"); do
    until_true 30 test -e "$(host_dir "$i")/init.ready" || die "host $i did not start; see $(host_dir "$i")/log/init.log"
    cgroup_delegate "$i"
    libvirtd_start "$i"
  done
  for i in $(seq "$count"); do libvirtd_wait "$i"; done
  rig_list
}

require() {
  local c
  for c in "$@"; do
    command -v "$c" > /dev/null || die "$c is missing; packaging/dependencies.sh rig installs what the rig needs"
  done
}

host_up() {
  local i=$1 d
  d=$(host_dir "$i")
  mkdir -p "$d"/{run,lib/rig,etc/qemu/networks,log/qemu,cache,pids}
  host_write_config "$i" "$d"
  network_create_host "$i"
  cgroup_create_host "$i"
  (cgroup_join_root "h$i"
    export HOST=h$i HOST_DIR=$d VIEWS=$RIG_ROOT/lxcfs CGROUP_VERSION TREES
    CGROUP_VERSION=$(cgroup_version)
    TREES=$(cgroup_trees | sed 's:.*/::' | paste -sd' ')
    # shellcheck disable=SC2016
    exec setsid unshare --cgroup bash -c '[ "$CGROUP_VERSION" = 1 ] || echo $$ > "$1/init.scope/cgroup.procs"
      exec ip netns exec "$2" unshare --uts --mount --pid --fork --mount-proc --kill-child "$3"' \
      rig-host "/sys/fs/cgroup/$CGROUP/h$i" "$(host_link "$i")" "$here/lib/host-init") \
    > "$d/log/init.log" 2>&1 < /dev/null &
  echo $! > "$d/outer.pid"
  until_true 10 host_find_init "$i" || die "host $i did not start; see $d/log/init.log"
}

# The process that is number 1 inside, by its number outside.
host_find_init() {
  local d outer pid
  d=$(host_dir "$1")
  outer=$(cat "$d/outer.pid")
  pid=$(tr -d ' ' < "/proc/$outer/task/$outer/children" 2> /dev/null) && [ -n "$pid" ] || return 1
  # `unshare` has not yet become `host-init` while it is still `unshare`.
  [ "$(cat "/proc/$pid/comm" 2> /dev/null)" = host-init ] && echo "$pid" > "$d/init.pid"
}

host_write_config() {
  local i=$1 d=$2 ip n
  ip=$(host_address "$i")
  cat > "$d/etc/libvirtd.conf" <<C
listen_tls = 0
listen_tcp = 1
listen_addr = "$ip"
auth_tcp = "none"
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_group = "libvirt"
unix_sock_rw_perms = "0770"
host_uuid = "$(uuid_of "$RIG_ID" host "$i")"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
C
  cat > "$d/etc/qemu.conf" <<C
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = [ "cpu", "cpuacct", "cpuset", "memory" ]
migration_host = "$ip"
migration_address = "$ip"
namespaces = [ ]
max_core = 0
stdio_handler = "file"
C
  { echo "127.0.0.1 localhost"
    echo "$OUTSIDE outside"
    for n in $(seq "$RIG_MAX_HOSTS"); do echo "$(host_address "$n") h$n"; done; } > "$d/hosts"
  { echo "Node 0 MemTotal: $((RIG_MEMORY_MIB * 1024)) kB"
    echo "Node 0 MemFree: $((RIG_MEMORY_MIB * 1024)) kB"; } > "$d/node0-meminfo"
}

rig_list() {
  local i
  for i in $(host_numbers); do
    echo "h$i $(host_address "$i") $(host_tcp_uri "$i") $(host_rw_uri "$i") $(host_ro_uri "$i") $(host_dir "$i")/run"
  done
}

# Ends exactly this rig: what is in its cgroups and network namespaces, which carry its id, and nothing by name of
# program. Works after a half-finished `up`, and when there is nothing.
rig_down() {
  local i
  rig_kill || true
  views_down
  until_true 10 rig_kill || say "processes that do not end: $(rig_pids | paste -sd' ')"
  network_remove_rig
  until_true 5 cgroup_remove_rig || say "cannot remove the cgroups $CGROUP"
  rm -rf "$RIG_ROOT"
}
rig_pids() {
  local n
  { cgroup_pids
    for n in $(network_names); do ip netns pids "$n" 2> /dev/null || true; done; } | sort -u | grep -vx "$$" || true
}
# Succeeds when nothing is left to kill.
rig_kill() {
  local pids
  pids=$(rig_pids)
  [ -n "$pids" ] || return 0
  # shellcheck disable=SC2086
  kill -9 $pids 2> /dev/null || true
  return 1
}

# Control groups: CGROUP/hI for a host, CGROUP/outside for lxcfs and the services. Version 1 (one tree a controller)
# and version 2 (one tree, in which processes live in leaves only: a host's own processes are in hI/init.scope, a name
# that lxcfs knows to strip, and libvirt makes hI/machine/... beside it).

cgroup_version() {
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then echo 2; else echo 1; fi
}

# The mount points of the trees in use, one a line; version 1 may mount two controllers together.
cgroup_trees() {
  if [ "$(cgroup_version)" = 2 ]; then echo /sys/fs/cgroup; return; fi
  local c
  for c in cpu cpuacct cpuset memory; do
    awk -v c="$c" '$3 == "cgroup" && ("," $4 ",") ~ ("," c ",") { print $2; exit }' /proc/mounts
  done | sort -u
}

# put VALUE FILE: writes, and says which file refused.
put() { echo "$1" > "$2" || die "cannot write '$1' to $2"; }

# host_cpus I: the physical CPUs of host I as a list; hosts share them in turn.
host_cpus() {
  local list=() part n
  for part in $(tr , ' ' < /sys/devices/system/cpu/online); do
    for n in $(seq "${part%-*}" "${part#*-}"); do list+=("$n"); done
  done
  local count=$((RIG_CPUS < ${#list[@]} ? RIG_CPUS : ${#list[@]}))
  for n in $(seq 0 $((count - 1))); do echo "${list[$((((($1 - 1) * count) + n) % ${#list[@]}))]}"; done |
    sort -n | paste -sd,
}

cgroup_create_rig() {
  local tree part
  for tree in $(cgroup_trees); do
    mkdir -p "$tree/$CGROUP/outside"
    [ -e "$tree/cpuset.mems" ] || continue
    for part in "" /outside; do
      cat "$tree/cpuset.cpus" > "$tree/$CGROUP$part/cpuset.cpus"
      cat "$tree/cpuset.mems" > "$tree/$CGROUP$part/cpuset.mems"
    done
  done
  # Before a compiler that runs beside it, the rig has its CPU: else a duty cycle is not what it was asked to be.
  if [ "$(cgroup_version)" = 2 ]; then
    put "+cpu +cpuset +memory" /sys/fs/cgroup/cgroup.subtree_control
    put "+cpu +cpuset +memory" "/sys/fs/cgroup/$CGROUP/cgroup.subtree_control"
    put 2000 "/sys/fs/cgroup/$CGROUP/cpu.weight"
  else
    put 20480 "$(cgroup_trees | while read -r tree; do ls "$tree/$CGROUP/cpu.shares" 2> /dev/null || true; done)"
  fi
}

cgroup_create_host() {
  local i=$1 tree d quota=$((RIG_CPU_PERCENT * 1000))
  for tree in $(cgroup_trees); do
    d=$tree/$CGROUP/h$i
    mkdir -p "$d"
    if [ "$(cgroup_version)" = 2 ]; then
      mkdir -p "$d/init.scope"
      put "$quota 100000" "$d/cpu.max"
      put "$(host_cpus "$i")" "$d/cpuset.cpus"
      put "${RIG_MEMORY_MIB}M" "$d/memory.max"
      continue
    fi
    if [ -e "$d/cpu.cfs_quota_us" ]; then
      put 100000 "$d/cpu.cfs_period_us"
      put "$quota" "$d/cpu.cfs_quota_us"
    fi
    if [ -e "$d/cpuset.cpus" ]; then
      put "$(host_cpus "$i")" "$d/cpuset.cpus"
      cat "$tree/cpuset.mems" > "$d/cpuset.mems"
    fi
    if [ -e "$d/memory.limit_in_bytes" ]; then put "${RIG_MEMORY_MIB}M" "$d/memory.limit_in_bytes"; fi
  done
}

# cgroup_join hI|outside: the calling process. In version 2 a host's processes go into its leaf.
cgroup_join() {
  local tree leaf=
  if [ "$(cgroup_version)" = 2 ] && [ "$1" != outside ]; then leaf=/init.scope; fi
  for tree in $(cgroup_trees); do echo $BASHPID > "$tree/$CGROUP/$1$leaf/cgroup.procs"; done
}
# For making a cgroup namespace: its root is the group that the process is in at that moment.
cgroup_join_root() {
  local tree
  for tree in $(cgroup_trees); do echo $BASHPID > "$tree/$CGROUP/$1/cgroup.procs"; done
}
# Version 2: once the host's processes are in the leaf, libvirt may have the controllers in its own groups.
cgroup_delegate() {
  [ "$(cgroup_version)" = 2 ] || return 0
  put "+cpu +cpuset +memory" "/sys/fs/cgroup/$CGROUP/h$1/cgroup.subtree_control"
}

# All processes of the rig, or of its part $1.
cgroup_pids() {
  local tree
  for tree in $(cgroup_trees); do
    [ -d "$tree/$CGROUP${1:+/$1}" ] || continue
    find "$tree/$CGROUP${1:+/$1}" -name cgroup.procs -exec cat {} + 2> /dev/null || true
  done | sort -u
}

cgroup_remove_rig() {
  local tree left=0
  for tree in $(cgroup_trees); do
    [ -d "$tree/$CGROUP" ] || continue
    find "$tree/$CGROUP" -depth -type d -exec rmdir {} \; 2> /dev/null || true
    [ ! -d "$tree/$CGROUP" ] || left=1
  done
  return $left
}

# Processes inside a host: entering it, starting something that stays, signalling it, and libvirtd.

# host_enter I CMD...: becomes CMD inside host I, counted in its cgroup.
host_enter() {
  local i=$1 init
  shift
  init=$(cat "$(host_dir "$i")/init.pid")
  [ -d "/proc/$init" ] || die "host $i is not alive: its first process has ended"
  cgroup_join "h$i"
  exec nsenter -t "$init" -m -u -n -p -C --wdns="$PWD" -- "$@"
}

# host_spawn I NAME CMD...: starts CMD inside host I as a child of its first process; its number inside is kept.
host_spawn() {
  local i=$1 name=$2 d
  shift 2
  d=$(host_dir "$i")
  # shellcheck disable=SC2016
  (cd / && host_enter "$i" bash -c 'out=$1; shift; setsid "$@" > "$out" 2>&1 < /dev/null & echo $!' \
    spawn "$d/log/$name.out" "$@") > "$d/pids/$name"
}

# host_signal I NAME SIGNAL: only if that process is still the one that was started.
host_signal() {
  local pid
  pid=$(cat "$(host_dir "$1")/pids/$2" 2> /dev/null) || return 1
  # shellcheck disable=SC2016
  (cd / && host_enter "$1" bash -c '[ "$(cat /proc/$1/comm 2> /dev/null)" = "$2" ] && kill -"$3" "$1"' \
    signal "$pid" "$2" "$3")
}

libvirtd_start() {
  # A libvirtd that was killed leaves its pid file, which is locked by nobody; the new one takes it over.
  host_spawn "$1" libvirtd libvirtd -l
}
libvirtd_answers() { timeout 2 virsh -q -c "$(host_rw_uri "$1")" hostname > /dev/null 2>&1; }
libvirtd_wait() {
  until_true 30 libvirtd_answers "$1" || die "libvirtd of host $1 does not answer; see $(host_dir "$1")/log/libvirtd.log"
}
libvirtd_gone() { ! host_signal "$1" libvirtd 0; }

libvirtd_control() {
  local i=$2
  case $1 in
    stop) host_signal "$i" libvirtd STOP || die "libvirtd of host $i does not run" ;;
    cont) host_signal "$i" libvirtd CONT || die "libvirtd of host $i does not run" ;;
    kill)
      host_signal "$i" libvirtd KILL || die "libvirtd of host $i does not run"
      until_true 10 libvirtd_gone "$i" || die "libvirtd of host $i does not end" ;;
    start)
      libvirtd_gone "$i" || die "libvirtd of host $i runs already"
      libvirtd_start "$i"
      libvirtd_wait "$i" ;;
    *) wrong_usage "host takes stop, cont, kill or start, not '$1'" ;;
  esac
}

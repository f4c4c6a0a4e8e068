# Names and addresses. Everything of a rig carries its id, so that `down` finds its own things and no others.

RIG_ID=${RIG_ID:-7}
[[ $RIG_ID =~ ^(0|[1-9][0-9]?)$ ]] || {
  echo "rig: RIG_ID is '$RIG_ID' and must be a number from 0 to 99; each rig on a machine has one of its own" >&2
  exit 2
}
RIG_ROOT=${RIG_ROOT:-/tmp/hotspot-rig-$RIG_ID}
RIG_CACHE=${RIG_CACHE:-/var/cache/hotspot-rig}
RIG_CPUS=${RIG_CPUS:-2}                   # that a host shows
RIG_CPU_PERCENT=${RIG_CPU_PERCENT:-150}   # of one core, that a host may use
RIG_MEMORY_MIB=${RIG_MEMORY_MIB:-4096}    # that a host may use
RIG_VIRT=${RIG_VIRT:-qemu}                # qemu (software emulation, everywhere) or kvm
readonly RIG_MAX_HOSTS=20

readonly SUBNET=10.77.$RIG_ID OUTSIDE=10.77.$RIG_ID.1
readonly BRIDGE=hs$RIG_ID-br              # joins the hosts and the outside machine
readonly CGROUP=hotspot-rig-$RIG_ID
readonly GUEST_NET=192.168.77             # behind every host's own bridge br0; the same on every host
readonly REPLICA_PORT=6391 SENTINEL_PORT=26390 REDIS_PORT=6390 CARBON_PORT=12003 CARBON_PICKLE_PORT=12004 CARBON_QUERY_PORT=12007

say() { echo "rig: $*" >&2; }
die() { echo "rig: $*" >&2; exit 1; }

host_link() { echo "hs$RIG_ID-h$1"; }     # netns, and the outer end of its veth
host_dir() { echo "$RIG_ROOT/h$1"; }
host_address() { echo "$SUBNET.1$1"; }
host_tcp_uri() { echo "qemu+tcp://$(host_address "$1")/system"; }
host_rw_uri() { echo "qemu+unix:///system?socket=$(host_dir "$1")/run/libvirt-sock"; }
host_ro_uri() { echo "qemu+unix:///system?socket=$(host_dir "$1")/run/libvirt-sock-ro"; }
host_virsh() { local i=$1; shift; virsh -q -c "$(host_rw_uri "$i")" "$@"; }

# The numbers of the hosts that are up.
host_numbers() {
  local d
  for d in "$RIG_ROOT"/h[0-9]*; do [ -e "$d/init.pid" ] && echo "${d##*/h}"; done | sort -n
}
need_host() {
  [[ $1 =~ ^[0-9]+$ ]] || die "a host is named by its number, not '$1'"
  [ -e "$(host_dir "$1")/init.pid" ] || die "there is no host $1 in rig $RIG_ID; 'rig list' shows those that are up"
}

# uuid_of WORDS: the same words give the same UUID (version 5 in form: SHA-1 of a name).
uuid_of() {
  local h
  h=$(printf 'hotspot-rig:%s' "$*" | sha1sum)
  printf '%s-%s-5%s-%x%s-%s\n' "${h:0:8}" "${h:8:4}" "${h:13:3}" $((0x${h:16:1} & 3 | 8)) "${h:17:3}" "${h:20:12}"
}

# until_true SECONDS CMD...: tries until it succeeds; fails when the time is over.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep .1
  done
}

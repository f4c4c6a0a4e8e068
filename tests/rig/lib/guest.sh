# Guests: what they are started with, and where they are.

guest_dir() { echo "$RIG_ROOT/guests/$1"; }
need_guest() { [ -d "$(guest_dir "$1")" ] || die "there is no guest $1 in rig $RIG_ID"; }

# pair WORDS LIMIT: "CUR/MAX" or "BOTH" as "CUR MAX".
pair() {
  local cur=${1%/*} max=${1#*/}
  [[ $cur =~ ^[0-9]+$ && $max =~ ^[0-9]+$ ]] && [ "$cur" -ge 1 ] && [ "$cur" -le "$max" ] ||
    die "'$1' should be CURRENT/MAXIMUM, such as $2"
  echo "$cur $max"
}

# Reads the options of start and xml into the variables of guest_xml.
guest_options() {
  [ $# -ge 2 ] || wrong_usage "guest start and guest xml take a host, a name and options"
  need_host "$1"
  [[ $2 =~ ^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,40}$ ]] || die "'$2' is no name for a guest: letters, digits, '-', '_', '.'"
  host=$1 name=$2 vcpus="1 4" memory="128 256" disk='' own_disk='' cdrom='' swap='' plug='' net='' persistent='' policy=''
  shift 2
  while [ $# -gt 0 ]; do
    case $1 in
      --vcpus | --memory | --disk | --own-disk | --cdrom | --swap | --plug | --policy) [ $# -ge 2 ] || wrong_usage "$1 takes a value" ;;&
      --vcpus) vcpus=$(pair "$2" 1/4); shift ;;
      --memory) memory=$(pair "$2" 128/256); shift ;;
      --disk) [[ $2 =~ ^[0-9]+$ ]] || die "--disk takes MiB, not '$2'"; disk=$2; shift ;;
      --own-disk) [[ $2 =~ ^[0-9]+$ ]] || die "--own-disk takes MiB, not '$2'"; own_disk=$2; shift ;;
      --cdrom) [[ $2 = /* ]] || die "--cdrom takes the path of an image on the host, not '$2'"; cdrom=$2; shift ;;
      --swap) [[ $2 =~ ^[0-9]+$ ]] || die "--swap takes MiB, not '$2'"; swap=$2; shift ;;
      --plug) plug=$(pair "$2" 256/1024); shift ;;
      --policy) [ -r "$2" ] || die "cannot read the policy $2"; policy=$2; shift ;;
      --net) net=yes ;;
      --persistent) persistent=yes ;;
      *) wrong_usage "guest start knows no option '$1'" ;;
    esac
    shift
  done
}

guest_devices() {
  local d=$1 hash=$2
  if [ -n "$disk" ]; then
    # cache='none' is what libvirt wants for a safe migration.
    echo "    <disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/><source file='$d/disk.raw'/>
      <target dev='vda' bus='virtio'/><shareable/></disk>"
  fi
  if [ -n "$own_disk" ]; then    # /var/lib/libvirt is each host's own
    echo "    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='/var/lib/libvirt/images/$name.qcow2'/><target dev='vdb' bus='virtio'/></disk>"
  fi
  if [ -n "$cdrom" ]; then
    echo "    <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='$cdrom'/>
      <target dev='sda' bus='sata'/><readonly/></disk>"
  fi
  if [ -n "$swap" ]; then
    echo "    <disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/><source file='$d/swap.raw'/>
      <target dev='vdc' bus='virtio'/><shareable/></disk>"
  fi
  if [ -n "$plug" ]; then
    echo "    <memory model='virtio-mem'><target><size unit='MiB'>${plug%% *}</size><node>0</node>
      <block unit='MiB'>2</block><requested unit='MiB'>0</requested></target></memory>"
  fi
  if [ -n "$net" ]; then
    echo "    <interface type='bridge'><source bridge='br0'/><model type='virtio'/>
      <mac address='52:54:00:${hash:0:2}:${hash:2:2}:${hash:4:2}'/></interface>"
  fi
}

# QEMU before 9.0 loses writes of a guest without KVM while it migrates, where its memory is whole 256 KiB (its commit
# 03bfc2188f): this has 8 KiB more than libvirt knows of, and the balloon holds these.
guest_odd_memory() {
  local word bytes=$(($1 * 1048576 + 8192))
  [ -z "$plug" ] || return 0    # that memory has parts
  echo "  <qemu:commandline>"
  for word in -object "memory-backend-ram,id=rig.ram,size=$bytes" -machine memory-backend=rig.ram -m "size=$((bytes / 1024))k"; do
    echo "    <qemu:arg value='$word'/>"
  done
  echo "  </qemu:commandline>"
}

# Linux 7.0, and stable kernels since (Debian 13's), take a vCPU that was absent at boot only where they know that they
# are a guest. Without KVM, QEMU has one way to tell them: VMware's port, which they try where no other hypervisor is named
# and the serial number begins so. Sets the variables of guest_print_xml.
guest_known_as_guest() {
  [ "$RIG_VIRT" = qemu ] || return 0
  serial="  <sysinfo type='smbios'><system><entry name='serial'>VMware-$name</entry></system></sysinfo>"
  smbios="<smbios mode='sysinfo'/>" port="<vmport state='on'/>" unnamed="<feature policy='disable' name='hypervisor'/>"
}

guest_print_xml() {
  local d hash image vc mem more='' numa='' size serial='' smbios='' port='' unnamed=''
  d=$(guest_dir "$name")
  image=$(image_dir)
  hash=$(printf '%s' "$RIG_ID $name" | sha1sum)
  read -ra vc <<< "$vcpus"
  read -ra mem <<< "$memory"
  size=${mem[1]}
  if [ -n "$plug" ]; then    # libvirt counts what can be plugged in, and wants a NUMA node for it
    more="<maxMemory slots='4' unit='MiB'>${plug#* }</maxMemory>"
    numa="<numa><cell id='0' cpus='0-$((vc[1] - 1))' memory='$size' unit='MiB'/></numa>"
    size=$((size + ${plug%% *}))
  fi
  guest_known_as_guest
  cat <<X
<domain type='$RIG_VIRT' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>$name</name>
  <uuid>$(uuid_of "$RIG_ID" guest "$name")</uuid>
${policy:+  <metadata>
$(cat "$policy")
  </metadata>
}  $more<memory unit='MiB'>$size</memory>
  <currentMemory unit='MiB'>${mem[0]}</currentMemory>
  <vcpu current='${vc[0]}'>${vc[1]}</vcpu>
$serial
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>$image/vmlinuz</kernel>
    <initrd>$image/initrd.gz</initrd>
    <cmdline>console=ttyS0 panic=-1 quiet tsc=reliable rig.address=$GUEST_NET.$((0x${hash:6:4} % 240 + 10)) rig.sink=$GUEST_NET.1</cmdline>
    $smbios
  </os>
  <features><acpi/>$port</features>
  <cpu mode='custom' match='exact'><model fallback='allow'>qemu64</model>$unnamed$numa</cpu>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
$(guest_devices "$d" "$hash")
    <serial type='file'><source path='$d/serial.log' append='on'/><target port='0'/></serial>
    <serial type='unix'><source mode='bind' path='/var/lib/libvirt/rig/$name.sock'/><target port='1'/></serial>
    <memballoon model='virtio'><stats period='1'/></memballoon>
  </devices>
$(guest_odd_memory "$size")
</domain>
X
}

guest_xml() {
  local host name vcpus memory disk own_disk cdrom swap plug net persistent policy
  guest_options "$@"
  guest_print_xml
}

guest_start() {
  local host name vcpus memory disk own_disk cdrom swap plug net persistent policy d images
  guest_options "$@"
  d=$(guest_dir "$name")
  [ -z "$(guest_where "$name" --all 2> /dev/null)" ] || die "there is a guest $name already; names are unique in a rig"
  rm -rf "$d"
  mkdir -p "$d"
  guest_print_xml > "$d/domain.xml"
  [ -z "$disk" ] || truncate -s "${disk}M" "$d/disk.raw"
  if [ -n "$swap" ]; then
    require mkswap
    truncate -s "${swap}M" "$d/swap.raw"
    chmod 600 "$d/swap.raw"
    mkswap "$d/swap.raw" > /dev/null
  fi
  if [ -n "$own_disk" ]; then
    require qemu-img qemu-io
    images=$(host_dir "$host")/lib/images
    mkdir -p "$images"
    qemu-img create -q -f qcow2 "$images/$name.qcow2" "${own_disk}M"
    # Something to be copied: the first part of it is written.
    qemu-io -c "write -q -P 7 0 $((own_disk / 3))M" "$images/$name.qcow2"
  fi
  if [ -n "$persistent" ]; then
    host_virsh "$host" define "$d/domain.xml" > /dev/null && host_virsh "$host" start "$name" > /dev/null
  else
    host_virsh "$host" create "$d/domain.xml" > /dev/null
  fi || die "libvirt on host $host did not start $name"
}

guest_stop() {
  local i found=
  [ $# = 1 ] || wrong_usage "guest stop takes a name"
  need_guest "$1"
  for i in $(host_numbers); do
    host_virsh "$i" destroy "$1" > /dev/null 2>&1 && found=yes
    host_virsh "$i" undefine "$1" --nvram --snapshots-metadata > /dev/null 2>&1 && found=yes
  done
  rm -rf "$(guest_dir "$1")" "$RIG_ROOT"/h*/lib/images/"$1.qcow2"
  [ -n "$found" ] || die "no host knows guest $1; its files are removed"
}

# libvirt is asked on every host; a host whose libvirtd does not answer is named on stderr.
guest_where() {
  local i states
  [ $# = 1 ] || [ "${2:-}" = --all ] || wrong_usage "guest where takes a name"
  for i in $(host_numbers); do
    states=$(timeout 5 virsh -q -c "$(host_rw_uri "$i")" list --all 2> /dev/null) || { say "libvirtd of h$i does not answer"; continue; }
    awk -v n="$1" -v h="h$i" -v all="${2:-}" '$2 == n {
      $1 = $2 = ""; sub(/^ +/, "")
      if (all != "") print h " " $0; else if ($0 == "running") print h }' <<< "$states"
  done
}

guest_client() {
  flock "$(guest_dir "$1")" python3 "$here/lib/client.py" "$RIG_ROOT" "$@" || { guest_tells "$1" >&2; return 1; }
}
# What can be seen of a guest from outside, for one that did not answer: is it paused, did it crash?
guest_tells() {
  local i state
  for i in $(host_numbers); do
    state=$(timeout 5 virsh -q -c "$(host_rw_uri "$i")" domstate --reason "$1" 2> /dev/null) || continue
    say "$1 at h$i: ${state%$'\n'}"
  done
  say "the end of its console:"
  tail -c 1500 "$(guest_dir "$1")/serial.log" 2> /dev/null | tr -d '\r' | tail -20
}
guest_wait() {
  [ $# = 1 ] || [ $# = 2 ] || wrong_usage "guest wait takes a name and seconds"
  need_guest "$1"
  guest_client "$1" "${2:-60}" ping
}
guest_work() {
  [ $# -ge 2 ] || wrong_usage "guest work takes a name and words"
  need_guest "$1"
  local name=$1
  shift
  guest_client "$name" "${RIG_LIMIT:-60}" work "$*"
}
guest_ask() {
  [ $# = 1 ] || wrong_usage "guest ask takes a name"
  need_guest "$1"
  guest_client "$1" "${RIG_LIMIT:-20}" ask
}

# Network: a bridge on the outside machine, a namespace with a veth for each host, and in it br0 for its guests.

network_create_rig() {
  ip link add "$BRIDGE" type bridge
  ip addr add "$OUTSIDE/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
}

network_create_host() {
  local i=$1 n
  n=$(host_link "$i")
  ip netns add "$n"
  ip link add "$n" type veth peer name eth0 netns "$n"
  ip link set "$n" master "$BRIDGE" up
  ip -n "$n" link set lo up
  ip -n "$n" addr add "$(host_address "$i")/24" dev eth0
  ip -n "$n" link set eth0 up
  # One address and one MAC on every host, so that a guest that moved finds its gateway where it was.
  ip -n "$n" link add br0 type bridge
  ip -n "$n" link set br0 address 02:77:00:00:00:01
  ip -n "$n" addr add "$GUEST_NET.1/24" dev br0
  ip -n "$n" link set br0 up
}

# The names of this rig's network namespaces.
network_names() { ip netns list | awk -v p="^hs$RIG_ID-h[0-9]+\$" '$1 ~ p { print $1 }'; }

network_remove_rig() {
  local n
  for n in $(network_names); do ip netns del "$n"; done
  for n in $(ip -o link show | awk -F'[:@ ]+' -v p="^hs$RIG_ID-h[0-9]+\$" '$2 ~ p { print $2 }'); do
    ip link del "$n" 2> /dev/null || true
  done
  ip link del "$BRIDGE" 2> /dev/null || true
}

link_set() {
  local i=$1 what=$2 n
  n=$(host_link "$i")
  case $what in
    off) ip link set "$n" down ;;
    on) ip link set "$n" up ;;
    clear)
      tc -n "$n" qdisc del dev eth0 root 2> /dev/null || true
      tc qdisc del dev "$n" root 2> /dev/null || true
      ip link set "$n" up ;;
    [0-9]*bit)
      # Both directions: what the host sends, and what the bridge sends to it.
      tc -n "$n" qdisc replace dev eth0 root tbf rate "$what" burst 64k latency 400ms ||
        die "tc does not take the rate '$what'"
      tc qdisc replace dev "$n" root tbf rate "$what" burst 64k latency 400ms ;;
    *) wrong_usage "link takes a rate such as 80mbit, off, on or clear, not '$what'" ;;
  esac
}

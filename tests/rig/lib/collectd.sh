# collectd inside a host: Debian's own, with the RRD files in the host's folder and Carbon and Redis outside.

collectd_config() {
  [ $# = 1 ] || wrong_usage "collectd config takes a host"
  need_host "$1"
  local i=$1 d plugin=${HOTSPOT_PLUGIN:-}
  d=$(host_dir "$i")
  [ -n "$plugin" ] || plugin=$(find "$here/../../build" -name hotspot.so -path '*release*' 2> /dev/null | head -1)
  plugin=$(readlink -f "$plugin" || true)
  [ -r "$plugin" ] || die "there is no hotspot.so; build it, or name it in HOTSPOT_PLUGIN"
  cat <<C
Hostname "h$i"
FQDNLookup false
BaseDir "$d/collectd"
PIDFile "$d/collectd/collectd.pid"
TypesDB "/usr/share/collectd/types.db" "$(readlink -f "$here/../../collectd-plugin/hotspot_types.db")"
Interval ${RIG_INTERVAL:-1}
ReadThreads 2
WriteThreads 2

LoadPlugin logfile
<Plugin logfile>
  LogLevel "info"
  File "$d/log/collectd.log"
  Timestamp true
</Plugin>

LoadPlugin "rrdtool"
<Plugin rrdtool>
  DataDir "$d/rrd"
  CreateFilesAsync false
  CacheTimeout 1
  CacheFlush 600
  RRARows 1200
  RRATimespan 1200
  XFF 0.5
</Plugin>

LoadPlugin "write_graphite"
<Plugin write_graphite>
  <Node "rig">
    Host "$OUTSIDE"
    Port "$CARBON_PORT"
    Protocol "tcp"
    LogSendErrors true
    Prefix "collectd."
    EscapeCharacter "_"
  </Node>
</Plugin>

PluginDir "$(dirname "$plugin")"
LoadPlugin hotspot
PluginDir "/usr/lib/collectd"
<Plugin hotspot>
  Connection "qemu:///system"
  Cluster "${RIG_CLUSTER:-rig}"
  ActuatorURI "$(host_tcp_uri "$i")"
  KeyFile "$d/collectd/hotspot/node.key"
  <Redis>
    Host "$OUTSIDE"
    Port $REDIS_PORT
  </Redis>
</Plugin>
C
}

# collectd up I [CONFIG]: with the configuration above, or with yours.
collectd_up() {
  [ $# = 1 ] || [ $# = 2 ] || wrong_usage "collectd up takes a host and perhaps a configuration"
  need_host "$1"
  require collectd
  local i=$1 d
  d=$(host_dir "$i")
  collectd_gone "$i" || die "collectd of host $i runs already"
  mkdir -p "$d/collectd" "$d/rrd"
  : > "$d/log/collectd.log"
  if [ $# = 2 ]; then
    [ -r "$2" ] || die "cannot read the configuration $2"
    cp "$2" "$d/collectd/collectd.conf"
  else
    collectd_config "$i" > "$d/collectd/collectd.conf"
  fi
  host_spawn "$i" collectd collectd -f -C "$d/collectd/collectd.conf"
  until_true 20 collectd_settled "$i" || die "collectd of host $i does not run; see $d/log"
  ! collectd_gone "$i" || die "collectd of host $i ended: $(tail -qn3 "$d/log/collectd.log" "$d/log/collectd.out")"
}
collectd_gone() { ! host_signal "$1" collectd 0 2> /dev/null; }
# It has said that it begins to read, or it is over.
collectd_settled() {
  grep -q 'Initialization complete' "$(host_dir "$1")"/log/collectd.{log,out} 2> /dev/null || collectd_gone "$1"
}

collectd_down() {
  [ $# = 1 ] || wrong_usage "collectd down takes a host"
  need_host "$1"
  host_signal "$1" collectd TERM || die "collectd of host $1 does not run"
  until_true 30 collectd_gone "$1" || die "collectd of host $1 does not end"
}
collectd_kill() {
  [ $# = 1 ] || wrong_usage "collectd kill takes a host"
  need_host "$1"
  host_signal "$1" collectd KILL || die "collectd of host $1 does not run"
  until_true 30 collectd_gone "$1" || die "collectd of host $1 does not end"
}

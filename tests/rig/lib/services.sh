# Redis and Carbon of the rig's own, on the outside machine's address in the rig's network, kept under RIG_ROOT.

services_dir() { echo "$RIG_ROOT/services"; }

# outside_spawn NAME CMD...: starts CMD on the outside machine in the rig's cgroup, so that `down` ends it.
outside_spawn() {
  local name=$1 d
  d=$(services_dir)
  shift
  (cgroup_join outside
    cd / && exec setsid "$@") > "$d/$name.log" 2>&1 < /dev/null &
  echo $! > "$d/$name.pid"
}
# outside_signal NAME SIGNAL: only if that process is still in the rig's cgroup.
outside_signal() {
  local pid
  pid=$(cat "$(services_dir)/$1.pid" 2> /dev/null) || return 1
  cgroup_pids outside | grep -qx "$pid" && kill -"$2" "$pid"
}
outside_gone() { ! outside_signal "$1" 0 2> /dev/null; }
outside_end() {
  outside_signal "$1" "$2" 2> /dev/null || return 0
  until_true 10 outside_gone "$1" || die "$1 does not end; see $(services_dir)/$1.log"
}

need_rig() { [ -d "$RIG_ROOT" ] || die "rig $RIG_ID is not up; 'rig up N' starts it"; }

services_up() {
  [ $# = 0 ] || wrong_usage "services up takes nothing"
  need_rig
  require redis-server redis-cli carbon-cache
  mkdir -p "$(services_dir)"
  redis_start
  carbon_start
  redis_wait
  until_true 20 carbon_answers || die "carbon-cache does not listen; see $(services_dir)/carbon.log"
  services_env
}

redis_start() {
  outside_gone redis || die "Redis runs already"
  local d
  d=$(services_dir)
  # Every write is on the disk before it is answered, as it should be where the journal is: a kill loses nothing.
  outside_spawn redis redis-server --bind "$OUTSIDE" --port "$REDIS_PORT" --protected-mode no --dir "$d" --save '' \
    --appendonly yes --appendfsync always --unixsocket "$d/redis.sock" --databases 1
}
redis_answers() { [ "$(redis-cli -h "$OUTSIDE" -p "$REDIS_PORT" ping 2> /dev/null)" = PONG ]; }
redis_wait() { until_true 20 redis_answers || die "Redis does not answer; see $(services_dir)/redis.log"; }

carbon_start() {
  outside_gone carbon || die "Carbon runs already"
  local d
  d=$(services_dir)
  mkdir -p "$d/carbon"/{whisper,log,run}
  cat > "$d/carbon/storage-schemas.conf" <<C
[rig]
pattern = .*
retentions = 1s:2h
C
  cat > "$d/carbon/carbon.conf" <<C
[cache]
CONF_DIR = $d/carbon
STORAGE_DIR = $d/carbon
LOCAL_DATA_DIR = $d/carbon/whisper/
LOG_DIR = $d/carbon/log/
PID_DIR = $d/carbon/run/
USER =
MAX_CACHE_SIZE = inf
MAX_UPDATES_PER_SECOND = 2000
MAX_CREATES_PER_MINUTE = inf
LINE_RECEIVER_INTERFACE = $OUTSIDE
LINE_RECEIVER_PORT = $CARBON_PORT
PICKLE_RECEIVER_INTERFACE = $OUTSIDE
PICKLE_RECEIVER_PORT = $CARBON_PICKLE_PORT
CACHE_QUERY_INTERFACE = $OUTSIDE
CACHE_QUERY_PORT = $CARBON_QUERY_PORT
ENABLE_LOGROTATION = False
LOG_UPDATES = False
LOG_CREATES = False
C
  outside_spawn carbon carbon-cache --nodaemon --config="$d/carbon/carbon.conf" start
}
carbon_answers() { (exec 3<> "/dev/tcp/$OUTSIDE/$CARBON_PORT") 2> /dev/null; }

services_down() {
  need_rig
  outside_end sentinel KILL
  outside_end replica KILL
  outside_end redis TERM
  outside_end carbon KILL
}

# Faults: a Redis that dies, and one that comes back with what it had.
services_redis-kill() { outside_end redis KILL; }
services_redis-stop() { outside_signal redis STOP || die "Redis does not run"; }
services_redis-cont() { outside_signal redis CONT || die "Redis does not run"; }
services_redis-start() {
  need_rig
  if outside_gone redis; then redis_start; fi
  redis_wait
}
# What it has forgotten when it comes back: everything since the copy.
services_redis-copy() {
  local d
  d=$(services_dir)
  rm -rf "$d/copy"
  cp -r "$d/appendonlydir" "$d/copy"
}
services_redis-restore() {
  local d
  d=$(services_dir)
  outside_gone redis || die "Redis runs; redis-kill ends it"
  [ -d "$d/copy" ] || die "there is no copy; redis-copy makes one"
  rm -rf "$d/appendonlydir"
  mv "$d/copy" "$d/appendonlydir"
}

# A replica that takes over when the master is gone for a second.
replica_cli() { redis-cli -h "$OUTSIDE" -p "$REPLICA_PORT" "$@"; }
replica_in_step() { replica_cli info replication 2> /dev/null | grep -q '^master_link_status:up'; }
sentinel_sees_replica() {
  redis-cli -h "$OUTSIDE" -p "$SENTINEL_PORT" sentinel replicas rig 2> /dev/null | grep -q "$REPLICA_PORT"
}
services_replica-up() {
  need_rig
  local d
  d=$(services_dir)
  mkdir -p "$d/replica"
  rm -rf "$d/replica/"*
  outside_spawn replica redis-server --bind "$OUTSIDE" --port "$REPLICA_PORT" --protected-mode no --dir "$d/replica" \
    --save '' --appendonly no --databases 1 --replicaof "$OUTSIDE" "$REDIS_PORT" --repl-diskless-sync-delay 0
  until_true 20 replica_in_step || die "the replica gets nothing; see $d/replica.log"
  cat > "$d/sentinel.conf" <<C
bind $OUTSIDE
port $SENTINEL_PORT
protected-mode no
dir $d/replica
sentinel monitor rig $OUTSIDE $REDIS_PORT 1
sentinel down-after-milliseconds rig 1000
sentinel failover-timeout rig 20000
C
  outside_spawn sentinel redis-server "$d/sentinel.conf" --sentinel
  until_true 20 sentinel_sees_replica || die "the sentinel does not see the replica; see $d/sentinel.log"
}
# It is still what the sentinel will promote, but what comes from now on it does not have.
services_replica-lag() { replica_cli replicaof "$OUTSIDE" 1 > /dev/null; }
services_replica-down() {
  outside_end sentinel KILL
  outside_end replica KILL
  if outside_gone redis; then redis_start; fi
  redis_wait
  redis-cli -h "$OUTSIDE" -p "$REDIS_PORT" replicaof no one > /dev/null
}

services_carbon-kill() { outside_end carbon KILL; }
services_carbon-start() {
  need_rig
  carbon_start
  until_true 20 carbon_answers || die "carbon-cache does not listen; see $(services_dir)/carbon.log"
}

services_env() {
  need_rig
  cat <<VARIABLES
export REDIS_HOST=$OUTSIDE
export REDIS_PORT=$REDIS_PORT
export SENTINEL_PORT=$SENTINEL_PORT
export REDIS_SOCKET=$(services_dir)/redis.sock
export CARBON_HOST=$OUTSIDE
export CARBON_PORT=$CARBON_PORT
export CARBON_QUERY_PORT=$CARBON_QUERY_PORT
export CARBON_WHISPER_DIR=$(services_dir)/carbon/whisper
VARIABLES
}

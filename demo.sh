#!/bin/bash
# demo.sh [--keep]      Hotspot's main job, on real hosts: from a hot node to a live migration (root)
#
# Installs the Debian packages that are missing, builds Hotspot, and starts on this machine: Redis, Carbon, three libvirt
# hosts with real QEMU guests, collectd with the plugin on each, and hotspotd with the rules that ship. Then it heats one
# guest, and after it the node, and shows what happens as it happens. It ends with a summary and a graph drawn from the
# RRD files. The exit code is 0 only if libvirt says that the guest runs on the target and nowhere else.
#
# --keep leaves everything running and says how to look at it and how to stop it. Safe to run again. Everything is
# cleaned up at the end, also on Ctrl-C; the logs of a failure are kept in build/demo/failed. What is built belongs to the
# user who called sudo. Guests run under software emulation, so no KVM is needed; a plain chroot will not do (lxcfs).
set -uo pipefail
cd "$(dirname "$0")" || exit 1
export LC_ALL=C.UTF-8 RIG_ID=${RIG_ID:-7}

keep=no
case "${1:-}" in
  --keep) keep=yes ;;
  '') ;;
  *) sed '1d; /^#/!Q' "$0" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "demo.sh: must be root: it starts hosts in namespaces of their own; try sudo ./demo.sh" >&2; exit 1; }

started=$(date +%s.%N)
daemon_pid=
console_pid=
work=$PWD/build/demo
rig=tests/rig/rig
mkdir -p "$work"

elapsed() { awk -v a="$started" -v b="${1:-$(date +%s.%N)}" 'BEGIN { d = b - a; printf "%d:%04.1f", d / 60, d % 60 }'; }
say() { printf '[%s] %s\n' "$(elapsed)" "$*"; }
chapter() { printf '\n[%s] == %s\n' "$(elapsed)" "$*"; }

# Under sudo: build/ is the user's, whose own cmake goes on in it.
give_back() { [ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" build; }
clean_up() {
  # A second signal does not stop the cleaning up, nor does a terminal that was closed.
  trap : INT TERM HUP
  trap '' PIPE
  for pid in $console_pid $daemon_pid; do kill "$pid" 2> /dev/null; wait "$pid" 2> /dev/null; done
  # The signal may have come after the process began and before its number was kept.
  [ "$step_pid" != starting ] || step_pid=${!:-}
  [ -z "$step_pid" ] || { kill -- -"$step_pid"; wait "$step_pid"; } 2> /dev/null
  setsid -w $rig down > "$work/down.log" 2>&1 < /dev/null
  give_back
}
# The rig's own files go when it goes down: its logs are copied first.
keep_logs() {
  local at=${RIG_ROOT:-/tmp/hotspot-rig-$RIG_ID}
  rm -rf "$work/failed"
  mkdir -p "$work/failed"
  cp "$work"/*.log "$work/failed/" 2> /dev/null
  [ ! -d "$at" ] || (cd "$at" && find . -xdev -type f \( -name '*.log' -o -name '*.out' -o -path '*/log/*' \) -size -20M \
    -exec cp --parents -t "$work/failed" {} +) 2> /dev/null
  say "all logs are kept in $work/failed"
}
die() {
  say "FAILED: $*"
  [ -s "$work/hotspotd.log" ] && { echo "the end of hotspotd's log:"; tail -15 "$work/hotspotd.log"; }
  keep_logs
  clean_up
  exit 1
}
trap 'say "interrupted, cleaning up"; clean_up; exit 130' INT TERM HUP

# step WHAT COMMAND...: says what it does and how long that took, and every ten seconds how far it is; shows the output only
# when it fails.
step_pid=
step() {
  local what=$1 from shown=$SECONDS
  shift
  from=$(date +%s.%N)
  set -m    # a group of its own, which ends as a whole on Ctrl-C
  step_pid=starting
  "$@" > "$work/step.log" 2>&1 < /dev/null &
  step_pid=$!
  set +m
  while kill -0 "$step_pid" 2> /dev/null; do
    sleep 0.2    # not 'read -t': Bash leaves a trap that runs during it once the time of the read is over
    [ $((SECONDS - shown)) -ge 10 ] || continue
    shown=$SECONDS
    say "  … $what: $(awk -v a="$from" -v b="$(date +%s)" 'BEGIN { printf "%d s", b - a }') so far$(tail -1 "$work/step.log" | sed -E 's/^ *([0-9]+ s: )?(.{1,90}).*/; \2/')"
  done
  if ! wait "$step_pid"; then step_pid=; tail -20 "$work/step.log"; die "$what"; fi
  step_pid=
  say "$what ($(awk -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f s", b - a }'))"
}

busy() {
  awk -v cpus="$(nproc)" '$1 > 3 * cpus {
    printf "; this machine has other work (load %s on %d CPUs), and the guests need two CPUs of it", $1, cpus }' /proc/loadavg
}
# until_true LIMIT_SECONDS WHAT COMMAND...: waits for a condition; shows the world meanwhile.
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ $SECONDS -lt $end ] || die "not in time: $what$(busy)"
    show_world
    sleep 0.5
  done
  show_world
}

ctl() { build/release/bin/hotspotctl -c "$work/hotspotd.yaml" "$@"; }
virsh_on() { virsh -q -c "qemu+tcp://10.77.$RIG_ID.1$1/system" "${@:2}"; }
where() { for i in 1 2 3; do virsh_on $i list --name --state-running | grep -qx "$1" && printf 'h%s ' $i; done; }

# What has happened since the last look, and every two seconds how the nodes are.
shown_actions=' ' shown_decisions=' ' shown_firings=' ' last_line=0
show_world() {
  local line id nodes actions decisions
  # Read backwards: so what led to it is there for each thing that is shown.
  actions=$(journal_lines)
  decisions=$(ctl -o json decision list -n 20 2> /dev/null) || return 0    # on a busy machine: the next time
  while IFS=$'\t' read -r id line; do
    [ -n "$id" ] || continue
    case "$shown_firings" in *" $id "*) continue ;; esac
    shown_firings="$shown_firings$id "
    say "  FIRES     $line"
  done < <(ctl -o json rule list 2> /dev/null | jq -r '.[]? | select(.phase == "firing")
    | [(.rule + "/" + (.labels.domain // .labels.node // "") + "/" + (.firing_since | tostring)),
       "rule \(.rule) on \(.labels.domain // .labels.node): \(.annotations.summary // .value), held \(.held)"] | @tsv' 2> /dev/null)
  while IFS=$'\t' read -r id line; do
    [ -n "$id" ] || continue
    case "$shown_decisions" in *" $id "*) continue ;; esac
    shown_decisions="$shown_decisions$id "
    say "  DECIDES   $line"
    # What became of it is told as it happens.
    ctl decision show "$id" 2> /dev/null | sed '/^the action /d; s/^/                      /'
  done < <(jq -r '.[]? | [.id, .sentence] | @tsv' <<< "$decisions" 2> /dev/null)
  while IFS=$'\t' read -r id line; do
    [ -n "$id" ] || continue
    case "$shown_actions" in *" $id "*) continue ;; esac
    shown_actions="$shown_actions$id "
    say "  ACTS      $line"
  done <<< "$actions"
  if [ $((SECONDS - last_line)) -ge 2 ]; then
    last_line=$SECONDS
    nodes=$(ctl -o json node list 2> /dev/null | jq -r 'sort_by(.name) | map("\(.name) " + (if .cpu_ratio then "\(.cpu_ratio * 100 | round) %" else "-" end)) | join("   ")')
    [ -z "$nodes" ] || say "  CPU:  $nodes   │  $(guests_line)"
  fi
}
guests_line() {
  ctl -o json domain list 2> /dev/null | jq -r 'map(select(.name != "idle1")) | sort_by(.name) | map("\(.name)@\(.node) "
    + (if .cpu_ratio then "\(.cpu_ratio * 100 | round) %" else "-" end) + " of \(.vcpus // "?") vCPU") | join("   ")'
}
# A few more samples, so that the graph shows how things stand.
settle() { local end=$((SECONDS + $1)); until_true $(($1 + 10)) "$1 s" eval "[ \$SECONDS -ge $end ]"; }
journal_lines() {
  local action
  for action in $(ctl -o json action list -n 2 2> /dev/null | jq -r '.[]?.action' 2> /dev/null); do
    ctl -o json action show "$action" 2> /dev/null | jq -r '.[]? | [.stream_id, "\(.state): \(.domain) on \(.node), \(.step)"
      + (if .state == "progress" and (.figures.memory_processed_bytes // 0) + (.figures.memory_remaining_bytes // 0) > 0 then ", \((.figures.memory_processed_bytes // 0) / 1048576 | round) MiB copied, \((.figures.memory_remaining_bytes // 0) / 1048576 | round) MiB to go" else "" end)
      + (if .message != "" then "; \(.message)" else "" end)] | @tsv' 2> /dev/null
  done
}
journal() { ctl -o json action list -n 50 2> /dev/null; }
action_of() { journal | jq -r --arg k "$1" --arg d "$2" 'map(select(.kind == $k and .domain == $d)) | last | .action // empty'; }
is_done() { [ "$(journal | jq -r --arg k "$1" --arg d "$2" 'map(select(.kind == $k and .domain == $d)) | last | .state // empty')" = done ]; }
ended() { case "$(journal | jq -r --arg k "$1" --arg d "$2" 'map(select(.kind == $k and .domain == $d)) | last | .state // empty')" in done | failed | aborted | skipped) ;; *) false ;; esac; }
cpu_of() { ctl -o json node list 2> /dev/null | jq -r --arg n "$1" '.[] | select(.name == $n) | .cpu_ratio // empty'; }
is_below() { awk -v a="$(cpu_of "$1")" -v b="$2" 'BEGIN { exit !(a != "" && a < b) }'; }
all_nodes_wait() { [ "$(ctl -o json node list --waiting 2> /dev/null | jq length)" = 3 ]; }
all_nodes_fresh() { [ "$(ctl -o json node list 2> /dev/null | jq 'map(select(.stale | not)) | length')" = 3 ]; }

chapter "Setting up"
if [ ! -e build/release/bin/hotspotd ]; then
  say "the first time this installs Debian packages (a few minutes, depending on the mirror), and builds Hotspot (ten minutes of CPU time, spread over $(nproc) CPUs)"
fi
say "the demo itself takes about two minutes"
step "Debian packages" packaging/dependencies.sh build run rig
step "built hotspotd, hotspotctl, hotspot.so and hotspot-console" bash -c 'cmake --preset release && cmake --build --preset release'
give_back
HOTSPOT_PLUGIN=$(find "$PWD/build/release" -name hotspot.so | head -1)
export HOTSPOT_PLUGIN
step "a guest: Debian's kernel, busybox, and work that can be changed" $rig guest build
step "three libvirt hosts h1, h2, h3" $rig up 3
step "Redis and Carbon" $rig services up
eval "$($rig services env)"
step "collectd with hotspot.so on h1" $rig collectd up 1
step "collectd with hotspot.so on h2" $rig collectd up 2
step "collectd with hotspot.so on h3" $rig collectd up 3
step "guest web1 on h1 (1 of 4 vCPUs)" $rig guest start 1 web1
step "guest batch1 on h1" $rig guest start 1 batch1
step "guest idle1 on h3" $rig guest start 3 idle1
for guest in web1 batch1 idle1; do step "$guest has booted" $rig guest wait $guest; done

rm -rf "$work/state"    # what hotspotd of an earlier demo knew of its nodes
mkdir -p "$work/rules.d"
mkdir -m 700 "$work/state"
cp rules/scale-or-move.yml rules/node-cpu.yml "$work/rules.d"
cat > "$work/hotspotd.yaml" <<C
cluster: rig
mode: enforce
rules: $work/rules.d
state_dir: $work/state
admission:
  schemes: [qemu+tcp]    # these hosts have no certificates; yours should
redis:
  host: $REDIS_HOST
  port: $REDIS_PORT
history:
  rrd: [$(for i in 1 2 3; do printf '%sh%s=%s/h%s/rrd' "$([ $i = 1 ] || echo ', ')" $i "${RIG_ROOT:-/tmp/hotspot-rig-$RIG_ID}" $i; done)]
C
build/release/bin/hotspotd -c "$work/hotspotd.yaml" > "$work/hotspotd.log" 2>&1 < /dev/null &
daemon_pid=$!
until_true 60 "snapshots of all three nodes" all_nodes_wait
say "none of them is admitted yet: they send snapshots, and an operator compares their keys with what each collectd logged"
ctl node list --waiting
step "admitted them: hotspotctl node admit --all-seen" ctl node admit --all-seen --yes
until_true 60 "hotspotd is connected to all three nodes, and their snapshots count" all_nodes_fresh
until_true 60 "the nodes are quiet" is_below h1 0.3
say "hotspotd runs (process $daemon_pid) with the packs scale-or-move and node-cpu of rules/"
cat > "$work/hotspot-console.yaml" <<C
cluster: rig
listen: 127.0.0.1:$((8400 + RIG_ID))
redis:
  host: $REDIS_HOST
  port: $REDIS_PORT
C
token=$(build/release/bin/hotspot-console -c "$work/hotspot-console.yaml" token add demo --role operator --expires 1d) || die "a token for the console"
build/release/bin/hotspot-console -c "$work/hotspot-console.yaml" > "$work/hotspot-console.log" 2>&1 < /dev/null &
console_pid=$!
console_answers() {
  kill -0 "$console_pid" 2> /dev/null || die "the console: $(tail -1 "$work/hotspot-console.log")"
  curl -sf -o /dev/null "http://127.0.0.1:$((8400 + RIG_ID))/readyz"
}
until_true 20 "the console answers" console_answers
say "the console runs (process $console_pid): http://127.0.0.1:$((8400 + RIG_ID))/"
ctl node list
ctl domain list

chapter "A guest gets hot: web1 keeps its one vCPU at 97 %"
hot_guest_at=$(date +%s.%N)
step "work of web1: cpu:0 97" $rig guest work web1 'cpu:0 97'
until_true 90 "a vCPU is added to web1" is_done set_vcpus web1
say "libvirt says: web1 has $(virsh_on 1 vcpucount web1 --current --live) vCPUs; the guest itself has $($rig guest ask web1 | jq .vcpus_online) online"
settle 5

chapter "The node gets hot: batch1 starts to compute too"
before_cpu=$(cpu_of h1)
hot_node_at=$(date +%s.%N)
step "work of batch1: cpu 60" $rig guest work batch1 'cpu 60'
until_true 120 "batch1 has been migrated" ended migrate batch1
until_true 60 "h1 is cool again" is_below h1 0.6
cool_at=$(date +%s.%N)
settle 6
after_cpu=$(cpu_of h1)
ended_at=$(date +%s.%N)

rrd() { echo "${RIG_ROOT:-/tmp/hotspot-rig-$RIG_ID}/$1/rrd/${2:-$1/hotspot/percent-cpu}.rrd"; }
# collectd writes its RRD files in batches: the graph waits until they reach the present.
rrd_reaches() { [ "$(rrdtool last "$(rrd h1)")" -ge "${ended_at%.*}" ]; }
until_true 60 "the RRD files reach the present" rrd_reaches
peak_cpu=$(rrdtool graph /dev/null -s "${hot_node_at%.*}" -e "${cool_at%.*}" "DEF:h1=$(rrd h1):value:AVERAGE" \
  VDEF:peak=h1,MAXIMUM 'PRINT:peak:%lf' | awk 'END { print $1 / 100 }')

chapter "Summary"
vcpu=$(ctl -o json action show "$(action_of set_vcpus web1)")
move=$(ctl -o json action show "$(action_of migrate batch1)")
figure() { jq -r --arg f "$2" "[.[] | .figures[\$f] // empty] | last // \"-\"" <<< "$1"; }
at() { jq -r --arg s "$2" 'map(select(.state == $s)) | first | .at // empty' <<< "$1"; }
since() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f s", b - a }'; }
percent() { awk -v a="$1" 'BEGIN { printf "%.0f %%", a * 100 }'; }
target=$(jq -r 'last | .step | sub("migrate to "; "")' <<< "$move")
printf '  %-44s %s\n' \
  "detection: web1 hot, vCPU asked for after" "$(since "$hot_guest_at" "$(at "$vcpu" intent)")" \
  "  of which the rule's own waiting and reading" "$(since "$hot_guest_at" "$(jq -r 'first | .first_sample_at' <<< "$vcpu")") to the first hot sample" \
  "  and seen in the snapshots after" "$(since "$hot_guest_at" "$(at "$vcpu" 'done')")" \
  "detection: h1 hot, migration asked for after" "$(since "$hot_node_at" "$(at "$move" intent)")" \
  "total migration time" "$(figure "$move" total_ms) ms" \
  "downtime, as QEMU measured it" "$(figure "$move" downtime_ms) ms" \
  "h1 CPU before, at its peak, after" "$(percent "$before_cpu"), $(percent "$peak_cpu"), $(percent "$after_cpu")" \
  "h1 cool again after" "$(since "$hot_node_at" "$cool_at")"

graph=$work/demo.png
rrdtool graph "$graph" -w 900 -h 320 -s "$((${hot_guest_at%.*} - 6))" -e "${ended_at%.*}" \
  -t 'Node CPU while Hotspot adds a vCPU and migrates a domain' -v '% of the node' -l 0 -u 100 -r \
  "DEF:h1=$(rrd h1):value:AVERAGE" "DEF:h2=$(rrd h2):value:AVERAGE" "DEF:h3=$(rrd h3):value:AVERAGE" \
  "DEF:web1=$(rrd h1 web1/virt/percent-vcpus):value:AVERAGE" \
  'AREA:web1#d6272818:web1, of its vCPUs' 'LINE2:h1#d62728:h1' 'LINE2:h2#1f77b4:h2' 'LINE2:h3#2ca02c:h3' \
  "VRULE:${hot_guest_at%.*}#999999:web1 gets hot:dashes" "VRULE:$(at "$vcpu" intent | cut -d. -f1)#9467bd:vCPU added" \
  "VRULE:${hot_node_at%.*}#777777:batch1 computes:dashes" "VRULE:$(at "$move" intent | cut -d. -f1)#ff7f0e:migration begins" \
  "VRULE:$(at "$move" 'done' | cut -d. -f1)#000000:done" 'HRULE:65#d6272855:limit of the rule' > /dev/null || die "the graph"
say "graph, drawn by librrd from the RRD files: $graph"

here=$(where batch1)
say "libvirt says that batch1 runs on: ${here:-no host}"
result=0
[ "$here" = "$target " ] || { say "FAILED: it should run on $target and nowhere else"; keep_logs; result=1; }

if [ $keep = yes ]; then
  trap - INT TERM HUP
  cat <<K

Everything goes on running. In a browser of this machine: http://127.0.0.1:$((8400 + RIG_ID))/ with the token
  $token
To look at it in a terminal:
  build/release/bin/hotspotctl -c $work/hotspotd.yaml status          (node list, domain list, action list, …)
  build/release/bin/hotspotctl -c $work/hotspotd.yaml rule replay rules/node-cpu.yml --since 10m
  sudo RIG_ID=$RIG_ID $rig guest work web1 'cpu 50'         changes a guest's work
  virsh -c qemu+tcp://10.77.$RIG_ID.11/system list --all
  redis-cli -h $REDIS_HOST -p $REDIS_PORT XREVRANGE 'hotspot:{rig}:journal' + - COUNT 5
  tail -f $work/hotspotd.log
To stop it all:
  sudo kill $console_pid $daemon_pid; sudo RIG_ID=$RIG_ID $rig down
K
  give_back
else
  clean_up
  say "everything is stopped and removed"
fi
exit $result

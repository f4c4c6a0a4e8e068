#!/bin/bash
# run.sh BIN_DIR SECONDS      runs each fuzz target for that long, from its corpus; the last line is the count
#
# An input that breaks one is left in build/fuzz-findings, and named.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
bin=$(cd ../.. && readlink -f "$1") seconds=$2 passed=0 failed=0
findings=$(readlink -f ../..)/build/fuzz-findings
mkdir -p "$findings"
for source in *_fuzz.cc; do
  name=${source%_fuzz.cc}
  scratch=$(mktemp -d)
  options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1
    -artifact_prefix="$findings/$name-")
  [ -e "$name.dict" ] && options+=(-dict="$name.dict")
  corpus=("$scratch")
  [ -d "corpus/$name" ] && corpus+=("corpus/$name")
  [ "$name" = rules ] && corpus+=(../rules/good ../rules/bad)
  if "$bin/${name}_fuzz" "${options[@]}" "${corpus[@]}" > "$findings/$name.log" 2>&1; then
    echo "ok   $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$findings/$name.log") inputs in $seconds s"
    passed=$((passed + 1))
  else
    tail -25 "$findings/$name.log"
    echo "FAIL $name; the input is in $findings"
    failed=$((failed + 1))
  fi
  rm -rf "$scratch"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]

#!/bin/sh
# Writes the targets that the deployment names in SCRAPE_TARGET_0, SCRAPE_TARGET_1 … to a file that prometheus.yml reads, then starts Prometheus.
# Each is "JOB INSTANCE URL"; INSTANCE "-" leaves Prometheus's own label, which is the address.
set -eu

targets="${TARGETS_FILE:-/prometheus/targets.json}"
number=0
separator=''
{
  printf '['
  while true; do
    eval "target=\${SCRAPE_TARGET_$number:-}"
    [ -n "$target" ] || break
    case "$target" in
      *[!A-Za-z0-9\ ._:/@%?\&=~+-]*) echo "entrypoint: SCRAPE_TARGET_$number is '$target', which has characters that no target has" >&2; exit 1 ;;
    esac
    # The words are what the variable consists of.
    # shellcheck disable=SC2086
    set -- $target
    [ $# -eq 3 ] || { echo "entrypoint: SCRAPE_TARGET_$number is '$target'; write JOB INSTANCE URL" >&2; exit 1; }
    scheme="${3%%://*}"
    rest="${3#*://}"
    address="${rest%%/*}"
    path="${rest#"$address"}"
    instance=''
    [ "$2" = - ] || instance=",\"instance\":\"$2\""
    printf '%s\n{"targets":["%s"],"labels":{"job":"%s","__scheme__":"%s","__metrics_path__":"%s"%s}}' "$separator" "$address" "$1" "$scheme" "$path" "$instance"
    separator=','
    number=$((number + 1))
  done
  printf '\n]\n'
} > "$targets"

exec "${PROMETHEUS:-/bin/prometheus}" --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus --storage.tsdb.retention.time=15d "--web.listen-address=:9090"

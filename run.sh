#!/usr/bin/env bash
# Starts the whole system: NATS, Prometheus, simulated engines, the three services, and a page that shows them.
# Everything after the script's name goes to the AppHost, for example: ./run.sh --Ports:Prometheus=9095
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
  cat <<'TEXT'
usage: ./run.sh [OPTION...]
  Installs what is missing (apt), builds, and runs the system until Ctrl+C.
  Options go to the AppHost as configuration:
    --Ports:Prometheus=9095        another port (0: any free one); likewise Nats, Grafana, Aggregator, Relay, StatPublisher, Simulator, Resources
    --Engines:0:Name=a --Engines:0:KvEvents=tcp://10.0.0.5:5557 …    real engines instead of simulated ones
    --publisher manifest --output-path DIR                           write the deployment manifest and stop
TEXT
  exit 0
fi

eng/setup.sh run
# Built first and by itself, because `dotnet run` says nothing while it builds.
echo 'build: the AppHost and the services (the first build also restores, and takes a minute or two)'
dotnet build src/AppHost -v minimal -nologo -tl:off -clp:NoSummary
exec dotnet run --project src/AppHost --no-build -- "$@"

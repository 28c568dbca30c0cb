#!/usr/bin/env bash
# Installs what is missing to run (`eng/setup.sh run`) or to test (`eng/setup.sh test`) this repository on Debian 12+ and Ubuntu 24.04+.
# Idempotent: what is there is left alone, and where nothing is missing it does nothing at all.
# Exit codes: 0 all there (or only optional parts missing), 1 something needed is missing and could not be installed.
set -uo pipefail

mode="${1:-run}"
case "$mode" in
  run | test) ;;
  -h | --help)
    cat <<'TEXT'
usage: eng/setup.sh [run|test]
  run    what ./run.sh needs: .NET SDK 10, nats-server, prometheus, libzmq, libnats
  test   the same, and python3-zmq, python3-msgpack, python3-prometheus-client, libxxhash, promtool, chromium
TEXT
    exit 0
    ;;
  *) echo "setup: '$mode' is not known; use run or test (--help tells more)" >&2; exit 1 ;;
esac

if [ -t 1 ]; then bold=$'\e[1m'; red=$'\e[31m'; plain=$'\e[0m'; else bold=''; red=''; plain=''; fi
step() { printf '%ssetup:%s %s\n' "$bold" "$plain" "$*"; }
fail() { printf '%ssetup: %s%s\n' "$red" "$*" "$plain" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

# Without asking ldconfig alone: a library outside its cache (LD_LIBRARY_PATH, Homebrew) is found too.
have_library() { # name, such as libzmq.so.5
  # Read whole before it is searched: `grep -q` on the pipe ends ldconfig early, which pipefail would take for "not there".
  [[ "$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null)" == *"$1"* ]] && return 0
  local dir
  IFS=: read -ra dirs <<<"${LD_LIBRARY_PATH:-}:${DYLD_LIBRARY_PATH:-}:/usr/lib:/usr/local/lib:/opt/homebrew/lib"
  for dir in "${dirs[@]}"; do
    [ -n "$dir" ] && compgen -G "$dir/$1*" >/dev/null && return 0
  done
  return 1
}

# The first Python that has the three modules; Debian's packages belong to /usr/bin/python3, whatever python3 on PATH is.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" /usr/bin/python3 python3; do
    [ -n "$candidate" ] && have "$candidate" && "$candidate" -c 'import zmq, msgpack, prometheus_client' >/dev/null 2>&1 && { echo "$candidate"; return 0; }
  done
  return 1
}

have_chromium() { have chromium || have chromium-browser || have google-chrome; }

if ! have dotnet; then
  fail 'the .NET SDK is missing: install version 10 (https://dotnet.microsoft.com/download/dotnet/10.0; Ubuntu 24.04: apt-get install dotnet-sdk-10.0), then run this again.'
  exit 1
fi
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
if ! (cd "$root" && dotnet --version >/dev/null 2>&1); then
  fail "no .NET SDK 10.0 among: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' '). Install version 10 (https://dotnet.microsoft.com/download/dotnet/10.0)."
  exit 1
fi

packages=()       # apt packages to install
names=()          # what they are for, in words
need() { packages+=("$1"); names+=("$2"); }

have nats-server || need nats-server 'nats-server'
have prometheus || need prometheus 'prometheus'
if [ "$mode" = test ] && have prometheus && ! have promtool; then need prometheus 'promtool'; fi
have_library 'libzmq.so.5' || have_library 'libzmq.dylib' || have_library 'libzmq.5.dylib' || need libzmq5 'libzmq'
have_library 'libnats.so' || have_library 'libnats.dylib' || need '@libnats' 'libnats'
want_chromium=no
if [ "$mode" = test ]; then
  if ! find_python >/dev/null; then
    need python3-zmq 'python3-zmq'; need python3-msgpack 'python3-msgpack'; need python3-prometheus-client 'python3-prometheus-client'
  fi
  # The reference that hashes are compared with.
  have_library 'libxxhash.so' || have_library 'libxxhash.dylib' || need libxxhash0 'libxxhash'
  have_chromium || want_chromium=yes
fi

if [ ${#packages[@]} -eq 0 ] && [ "$want_chromium" = no ]; then
  exit 0
fi

if ! have apt-get; then
  [ ${#names[@]} -gt 0 ] || { step 'chromium is missing: page tests will be skipped'; exit 0; }
  fail "missing: ${names[*]}. There is no apt-get here to install them."
  fail 'macOS: brew install nats-server prometheus zeromq cnats; other systems: see "Other systems" in README.md.'
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if have sudo; then as_root=(sudo); else
    fail "missing: ${names[*]}. Installing them needs root, and there is no sudo here. As root: apt-get install --no-install-recommends ${packages[*]/@libnats/libnats3.*}"
    exit 1
  fi
fi

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
step 'reading the package lists (apt-get update)'
if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update >"$log" 2>&1; then
  # A third-party list that fails must not stop us when the packages are known all the same.
  if ! apt-cache show nats-server >/dev/null 2>&1; then
    tail -n 5 "$log" >&2
    fail 'the package lists could not be read: is there a network, and does /etc/apt name a reachable mirror? Then run this again.'
    exit 1
  fi
fi

# libnats carries its version in its name (libnats3.4, libnats3.7t64): take the newest there is.
resolved=()
for package in ${packages[@]+"${packages[@]}"}; do
  if [ "$package" = '@libnats' ]; then
    package="$(apt-cache search --names-only '^libnats[0-9.]+(t64)?$' | cut -d' ' -f1 | sort -V | tail -n 1)"
    if [ -z "$package" ]; then
      fail 'this system has no package libnats (Debian 12+ and Ubuntu 24.04+ do). Build nats.c 3.x (https://github.com/nats-io/nats.c) or use a feed with NATS.Net.'
      exit 1
    fi
  fi
  case " ${resolved[*]-} " in *" $package "*) ;; *) resolved+=("$package") ;; esac
done

# Packages that bring a daemon: Debian starts it at once, which would take the very port we are about to use.
daemon_of() { case "$1" in nats-server) echo nats-server ;; prometheus) echo prometheus ;; esac; }
installed() { [[ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" == *'ok installed'* ]]; }

install() { # packages...
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1
}

for package in ${resolved[@]+"${resolved[@]}"}; do
  was_installed=no
  installed "$package" && was_installed=yes
  step "installing $package"
  if ! install "$package"; then
    tail -n 8 "$log" >&2
    fail "$package could not be installed (above: the end of apt-get's output). Is there a network? By hand: ${as_root[*]} apt-get install --no-install-recommends $package"
    exit 1
  fi
  daemon="$(daemon_of "$package")"
  if [ -n "$daemon" ] && [ "$was_installed" = no ]; then
    if have systemctl && systemctl is-active --quiet "$daemon" 2>/dev/null; then
      step "stopping the $daemon service that this installation has just started (it would hold the port); back with: systemctl enable --now $daemon"
      "${as_root[@]}" systemctl disable --now "$daemon" >/dev/null 2>&1 || true
    elif [ -x "/etc/init.d/$daemon" ] && "/etc/init.d/$daemon" status >/dev/null 2>&1; then
      step "stopping the $daemon service that this installation has just started (it would hold the port)"
      "${as_root[@]}" "/etc/init.d/$daemon" stop >/dev/null 2>&1 || true
    fi
  fi
done

if [ "$want_chromium" = yes ]; then
  # Ubuntu's package of this name only installs a snap, which needs a daemon that containers and CI do not have.
  candidate="$(apt-cache policy chromium 2>/dev/null | sed -n 's/^  Candidate: //p')"
  if [ -z "$candidate" ] || [ "$candidate" = '(none)' ] || [[ "$candidate" == *snap* ]]; then
    step 'apt has no real Chromium here: page tests will be skipped'
  else
    step 'installing chromium (page tests)'
    install chromium || step 'chromium could not be installed: page tests will be skipped'
  fi
fi

if [ "$mode" = test ] && ! find_python >/dev/null; then
  fail 'no Python imports zmq, msgpack and prometheus_client (tried $PYTHON, /usr/bin/python3, python3). Install python3-zmq python3-msgpack python3-prometheus-client, or pip install pyzmq msgpack prometheus_client and set PYTHON.'
  exit 1
fi
step 'everything needed is there'

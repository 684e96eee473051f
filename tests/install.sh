#!/usr/bin/env bash
# Installs the real programs that the tests run against and that a plain .NET SDK does not bring. Does nothing, in a few
# milliseconds, when they are there. Nothing it installs is left running: the tests start their own instances.
set -euo pipefail
cd "$(dirname "$0")"

# package: a program it brings
needs="
postgresql-15: /usr/lib/postgresql/15/bin/postgres
prometheus: promtool
prometheus-alertmanager: prometheus-alertmanager
sqlite3: sqlite3
strace: strace
curl: curl
procps: ps
nodejs: node
npm: npm
python3: python3
faketime: faketime
"
missing=()
while IFS=': ' read -r package program; do
  [ -z "$package" ] || command -v "$program" >/dev/null || missing+=("$package")
done <<<"$needs"
[ -e /usr/share/zoneinfo/Europe/Berlin ] || missing+=(tzdata)

log=$(mktemp)
policy=/usr/sbin/policy-rc.d
made_policy=
finish() {
  rm -f "$log"
  [ -z "$made_policy" ] || $sudo rm -f "$policy"
}
trap finish EXIT

fail() {
  tail -n 20 "$log" >&2
  echo "$1" >&2
  exit 1
}

if [ ${#missing[@]} -gt 0 ]; then
  by_hand="install these Debian packages by hand and run again: ${missing[*]}"
  sudo=
  command -v apt-get >/dev/null || fail "The tests need programs that are missing and there is no apt-get here; $by_hand"
  if [ "$(id -u)" -ne 0 ]; then
    sudo="sudo -n"
    $sudo true 2>"$log" || fail "Installing needs root, or sudo without a password; $by_hand"
  fi

  # Debian starts a service as soon as its package is unpacked, unless this file forbids it.
  if [ ! -e "$policy" ]; then
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
    $sudo chmod +x "$policy"
  fi

  echo "reading the package lists ..."
  apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300"
  $apt update >"$log" 2>&1 || fail "apt-get update failed; $by_hand"
  for package in "${missing[@]}"; do
    echo "installing $package ..."
    $apt install --no-install-recommends "$package" >"$log" 2>&1 || fail "apt-get could not install $package; $by_hand"
  done

  # Where systemd runs, the services would start at the next boot.
  if [ -d /run/systemd/system ]; then
    for service in postgresql prometheus prometheus-alertmanager; do
      case " ${missing[*]} " in *" $service"*) $sudo systemctl disable --quiet "$service" ;; esac
    done
  fi
fi

# The clients of other services, from npm. The copy of the lock file says which versions are in node_modules.
clients=EndToEnd/clients
if ! cmp -s $clients/package-lock.json $clients/node_modules/.installed-lock.json; then
  echo "installing $(sed -nE 's/.*"(.*)": "[0-9].*/\1/p' $clients/package.json | paste -sd ' ') ..."
  (cd $clients && npm ci --no-audit --no-fund --loglevel=error) >"$log" 2>&1 ||
    fail "npm ci failed in tests/$clients; the tests need the npm registry, or its mirror in ~/.npmrc"
  cp $clients/package-lock.json $clients/node_modules/.installed-lock.json
fi

#!/usr/bin/env bash
# Installs what the tests need beside Python, where that is possible without asking; otherwise says the one command.
set -euo pipefail
packages=(chromium fonts-noto-cjk postgresql)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  # The tests start a PostgreSQL of their own: Debian's package is not to set up and start one.
  no_server=/etc/postgresql-common/createcluster.d/no-server.conf
  mkdir -p "${no_server%/*}"
  trap 'rm -f "$no_server"' EXIT
  echo "create_main_cluster = false" > "$no_server"
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
elif [ "${CI:-}" = "true" ]; then
  echo "missing packages: ${missing[*]} (apt-get install -y ${missing[*]})" >&2
  exit 1
else
  echo "some tests need: sudo apt-get install -y ${missing[*]}" >&2
fi

# Installing what is needed; sourced by ./dev. Says what it does; the second run finds all in place.

say() { printf '\033[1m== %s\033[0m\n' "$*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "./dev: installing packages needs root or sudo; run as root: $*" >&2
    return 1
  fi
}

packages_of() {  # group...
  local group
  for group in "$@"; do
    awk -v group="$group" '$1 == group { for (i = 2; i <= NF; i++) print $i }' tools/dev/packages.txt
  done
}

node_is_recent() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ]
}

apt_updated=no
apt_install() {
  if [ "$apt_updated" = no ]; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    apt_updated=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "$@" >build/apt.log 2>&1 || { tail -n 20 build/apt.log >&2; return 1; }
}

# A package whose installation would start a daemon: unpacked under build/peers, never installed.
unpack_peer() {  # package
  [ -d "build/peers/$1" ] && return
  say "unpacking the package $1 under build/peers (not installed)"
  mkdir -p build/peers/download
  apt-cache show "$1" >/dev/null 2>&1 || as_root apt-get update -qq
  (cd build/peers/download && apt-get download -qq "$1") || return 1
  dpkg -x build/peers/download/"$1"_*.deb "build/peers/$1.partial"
  mv "build/peers/$1.partial" "build/peers/$1"
}

setup_npm() {
  local stamp=web/node_modules/.matinee-lock
  if ! cmp -s web/package-lock.json "$stamp"; then
    say "npm ci in web/"
    (cd web && npm ci --no-progress --loglevel=error)
    cp web/package-lock.json "$stamp"
  fi
}

setup() {  # build | test
  local groups=(build)
  [ "${1:-test}" = test ] && groups+=(test)
  mkdir -p build
  local wanted missing
  wanted=$(packages_of "${groups[@]}")
  # shellcheck disable=SC2086
  missing=$(comm -23 <(printf '%s\n' $wanted | sort) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
      awk '$1 == "installed" { print $2 }' | sort))
  if [ -n "$missing" ]; then
    say "installing $(wc -l <<<"$missing") packages: $(tr '\n' ' ' <<<"$missing")"
    # shellcheck disable=SC2086
    apt_install $missing
  fi
  if ! node_is_recent; then
    say "installing nodejs and npm (no Node.js >= 18 with npm was found)"
    apt_install nodejs npm
    hash -r
  fi
  setup_npm
}

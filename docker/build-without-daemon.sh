#!/bin/sh
# Builds docker/Dockerfile and runs a command in the image where there is no Docker daemon and perhaps no image registry
# either, only Debian's packages and npm's: sh docker/build-without-daemon.sh [rushes arguments], as root on Debian 12.
#
# The base image is then made here, under the name that the Dockerfile asks for: Debian's minimal system with the Node of
# our lock file. It stands in for the real one and is good for proving the Dockerfile, not for shipping.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)
work=${RUSHES_IMAGE_WORK:-/var/tmp/rushes-image}
base=$(sed -n 's/^FROM \([^ ]*\) AS packages$/\1/p' "$here/docker/Dockerfile")
image=localhost/rushes
certificates=/etc/ssl/certs/ca-certificates.crt
mkdir -p "$work"

say() { echo "== $*" >&2; }

if ! command -v buildah >/dev/null || ! command -v podman >/dev/null || ! command -v debootstrap >/dev/null; then
  say "installing buildah, podman, runc and debootstrap"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    buildah podman debootstrap runc netavark aardvark-dns iptables containernetworking-plugins >/dev/null
fi

# Containers inside a container: runc, no systemd, limits that may be lowered but not raised.
cat > "$work/containers.conf" <<'CONF'
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
CONF
cat > "$work/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$work/storage"
runroot = "$work/run"
CONF
export CONTAINERS_CONF="$work/containers.conf" CONTAINERS_STORAGE_CONF="$work/storage.conf"

if ! podman image exists "$base"; then
  say "making a stand-in for $base"
  if [ ! -e "$work/rootfs/.whole" ]; then
    rm -rf "$work/rootfs"
    debootstrap --variant=minbase --include=ca-certificates bookworm "$work/rootfs" >&2
    touch "$work/rootfs/.whole"
  fi
  case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
  install -m 755 "$here/node_modules/node-linux-$arch/bin/node" "$work/rootfs/usr/local/bin/node"
  npm_home=$(npm root -g)/npm
  mkdir -p "$work/rootfs/usr/local/lib/node_modules"
  cp -RL "$npm_home" "$work/rootfs/usr/local/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$work/rootfs/usr/local/bin/npm"
  # The real image has this user with this number.
  chroot "$work/rootfs" sh -c 'id node >/dev/null 2>&1 || { groupadd -g 1000 node && useradd -u 1000 -g node -m node; }'
  # A company's proxy signs with its own certificate: trust what this machine trusts.
  cp "$certificates" "$work/rootfs$certificates"
  tar -C "$work/rootfs" -c . | podman import \
    --change "ENV NODE_EXTRA_CA_CERTS=$certificates" --change "ENV PIP_CERT=$certificates" - "$base" >&2
fi

say "building $image"
started=$(date +%s)
buildah bud --isolation chroot --pull-never --layers --format docker -f "$here/docker/Dockerfile" -t "$image" "$here" >&2
say "built in $(($(date +%s) - started)) s: $(podman image inspect --format '{{.Size}}' "$image") bytes, user $(podman image inspect --format '{{.Config.User}}' "$image")"

[ $# -gt 0 ] || set -- --version
say "rushes $*"
exec podman run --rm --network host ${RUSHES_RUN_OPTIONS:-} "$image" "$@"

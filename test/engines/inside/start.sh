#!/usr/bin/env bash
# Starts the daemons of a root with engines, each with its data below /data, and waits until they answer.
#   start.sh REGISTRY_PORT STORE    STORE: overlay2, or containerd for docker with containerd's image store
set -euo pipefail
port=$1 store=$2
# Where an earlier session was killed, its mounts are gone and its marks are not.
rm -rf /run/docker* /run/containerd* /data/*.pid

# Where a machine has control groups of both versions, crun takes neither.
umount /sys/fs/cgroup/unified 2>/dev/null || true

await() { # WHAT COMMAND…
  local what=$1
  shift
  for _ in {1..150}; do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.2
  done
  echo "$what does not answer:" && tail -n 5 "/data/$what.log"
  exit 1
}

cat >/data/registry.yml <<END
version: 0.1
storage: { filesystem: { rootdirectory: /data/registry }, delete: { enabled: true } }
http: { addr: "127.0.0.1:$port" }
END
docker-registry serve /data/registry.yml >/data/registry.log 2>&1 &

cat >/data/containerd.toml <<END
version = 2
root = "/data/containerd"
state = "/run/containerd-own"
[grpc]
  address = "/run/containerd-own.sock"
END
containerd --config /data/containerd.toml >/data/containerd.log 2>&1 &

features='{}'
[ "$store" = overlay2 ] || features='{ "containerd-snapshotter": true }'
mkdir -p /etc/docker
cat >/etc/docker/daemon.json <<END
{ "data-root": "/data/docker", "iptables": false, "ip6tables": false, "bridge": "none", "features": $features }
END
dockerd >/data/docker.log 2>&1 &

mkdir -p /etc/containers
cat >/etc/containers/storage.conf <<END
[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/data/containers"
END
config=/home/ada/.config/containers
mkdir -p $config /data/ada /run/user/1000
sed 's|/run/containers/storage|/run/user/1000/containers|; s|/data/containers|/data/ada|' /etc/containers/storage.conf >$config/storage.conf
chown -R ada:ada /home/ada/.config /data/ada /run/user/1000
cat >/etc/containers/registries.conf <<END
[[registry]]
location = "127.0.0.1"
insecure = true
[[registry]]
location = "127.0.0.1:$port"
insecure = true
END
# No systemd runs here.
cat >/etc/containers/containers.conf <<END
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
cgroups = "disabled"
END
echo '{ "default": [{ "type": "insecureAcceptAnything" }] }' >/etc/containers/policy.json

await registry curl -fsS "http://127.0.0.1:$port/v2/"
await containerd ctr -a /run/containerd-own.sock version
await docker docker version

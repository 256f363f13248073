#!/bin/sh
# Never run. Proxmox VE 8 or later, as root on the host: makes a container of Debian 13 and installs the platform in it.
#   sh proxmox.sh 120 https://git.example/star-graph.git
set -eu
id=${1:?the number of the new container} source=${2:?the address that git clones the platform from}
pveam update
template=$(pveam available --section system | awk '/debian-13-standard/ {print $2}' | tail -n 1)
[ -n "$template" ] || { echo 'There is no template of Debian 13.' >&2; exit 1; }
pveam download local "$template"
pct create "$id" "local:vztmpl/$template" --hostname star-graph --unprivileged 1 --features nesting=1 \
  --cores 4 --memory 8192 --rootfs local-lvm:40 --net0 name=eth0,bridge=vmbr0,ip=dhcp --onboot 1 --start 1
pct exec "$id" -- sh -c 'until ip -4 route show default | grep -q via; do sleep 1; done'
pct exec "$id" -- apt-get update
pct exec "$id" -- apt-get install -y git nodejs npm mariadb-server redis-server ffmpeg
pct exec "$id" -- git clone "$source" /opt/star-graph
pct exec "$id" -- sh -c 'cd /opt/star-graph && npm run build:console'
echo "Next: pct enter $id; cd /opt/star-graph; npm run sg -- setup; npm run sg -- migrate; npm run sg -- install"

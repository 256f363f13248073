#!/bin/sh
# systemd as process 1, in namespaces of its own: boot.sh <checkout>, called by unshare. What it writes, to /etc, /var or
# the checkout in /opt/star-graph, goes to memory and ends with it. It shares this machine's network alone.
set -e
base=/run/star-graph-machine
mount --make-rprivate /
mkdir -p $base
mount -t tmpfs tmpfs $base
mkdir $base/root $base/up $base/work $base/up-checkout $base/work-checkout
new=$base/root
mount -t overlay -o lowerdir=/,upperdir=$base/up,workdir=$base/work overlay $new
mkdir -p $new/opt/star-graph
mount -t overlay -o "lowerdir=$1,upperdir=$base/up-checkout,workdir=$base/work-checkout" overlay $new/opt/star-graph
mount -t proc proc $new/proc
# Nothing of the kernel is changed.
mount --bind $new/proc/sys $new/proc/sys
mount -o remount,bind,ro $new/proc/sys
mount -t sysfs -o ro sysfs $new/sys
mount -t cgroup2 cgroup2 $new/sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs $new/dev
for name in full null random tty urandom zero; do
  touch $new/dev/$name
  mount --bind /dev/$name $new/dev/$name
done
mkdir $new/dev/pts $new/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts $new/dev/pts
ln -s pts/ptmx $new/dev/ptmx
ln -s /proc/self/fd $new/dev/fd
for folder in dev/shm run tmp; do mount -t tmpfs tmpfs $new/$folder; done
for unit in systemd-modules-load systemd-remount-fs; do ln -sf /dev/null $new/etc/systemd/system/$unit.service; done
mkdir $new/run/old
cd $new
pivot_root . run/old
umount -l /run/old
exec env -i container=other PATH=/usr/sbin:/usr/bin /usr/lib/systemd/systemd --unit=basic.target

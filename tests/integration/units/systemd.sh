# systemd.sh FOLDER: a service manager with FOLDER/units, FOLDER/local as /usr/local and a /run of its own. Alone in its namespaces and in a
# cgroup: a manager moves whatever else is in its cgroup to another one. Writes FOLDER/pid once it answers; ends with its standard input.
set -eu
folder=$1
tree=/sys/fs/cgroup
[ ! -d $tree/systemd ] || tree=$tree/systemd
group=$tree/hostroute-test-$$
mkdir "$group"
cat >"$folder/inside" <<END
mount -t tmpfs tmpfs /run
mount --bind $folder/local /usr/local
mkdir -p /run/user /run/systemd/system /run/config/systemd /sys/fs/cgroup
if [ $tree = /sys/fs/cgroup ]; then
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
else
  mount -t tmpfs tmpfs /sys/fs/cgroup
  mkdir /sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
fi
ln -s $folder/units /run/config/systemd/user
exec systemd --user --log-target=console >$folder/log 2>&1
END
(
  read -r pid _ </proc/self/stat
  echo "$pid" >"$group/cgroup.procs"
  exec env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR=/run/user XDG_CONFIG_HOME=/run/config \
    unshare -C -m -p -f --kill-child --mount-proc sh -c "sh $folder/inside & wait"
) &
child=$!
for _ in $(seq 500); do
  init=$(cat /proc/$child/task/$child/children || true)
  if [ -n "$init" ] && nsenter -t $init -m test -S /run/user/systemd/private; then break; fi
  sleep 0.1
done
# At one stroke: whoever waits for the file reads it as soon as it is there.
echo $init >"$folder/pid.new"
mv "$folder/pid.new" "$folder/pid"
cat >/dev/null || true
kill -9 $child
wait $child || true
for _ in $(seq 50); do
  if find "$group" -depth -type d -exec rmdir {} + 2>/dev/null; then break; fi
  sleep 0.1
done

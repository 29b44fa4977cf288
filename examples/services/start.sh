# Starts the three servers, each as its own user; ends with the first of them that ends.
set -eu
[ -s /var/lib/postgresql/data/PG_VERSION ] ||
  gosu postgres initdb --pgdata=/var/lib/postgresql/data --auth=trust --encoding=UTF8 --locale=C.UTF-8 > /dev/null
gosu postgres postgres -D /var/lib/postgresql/data -k /run/postgresql &
gosu redis redis-server --dir /var/lib/redis --save '' &
gosu nginx nginx -c /etc/services.d/nginx.conf &
trap 'kill $(jobs -p)' TERM INT
wait -n

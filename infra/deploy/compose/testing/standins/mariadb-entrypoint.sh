#!/bin/sh
# As MariaDB's own image: an empty volume gets a database and its user, then the server is process 1.
set -e
data=/var/lib/mysql
if [ ! -d "$data/mysql" ]; then
  mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db > /dev/null
  mariadbd --datadir="$data" --bootstrap <<SQL
FLUSH PRIVILEGES;
ALTER USER root@localhost IDENTIFIED BY '$(cat "$MARIADB_ROOT_PASSWORD_FILE")';
CREATE DATABASE \`$MARIADB_DATABASE\`;
CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY '$(cat "$MARIADB_PASSWORD_FILE")';
GRANT ALL ON \`$MARIADB_DATABASE\`.* TO '$MARIADB_USER'@'%';
SQL
fi
exec mariadbd --datadir="$data" --bind-address=0.0.0.0 --socket=/run/mysqld/mysqld.sock "$@"

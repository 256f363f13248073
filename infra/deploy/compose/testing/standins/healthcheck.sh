#!/bin/sh
exec mariadb-admin --host=127.0.0.1 --user="$MARIADB_USER" --password="$(cat "$MARIADB_PASSWORD_FILE")" ping

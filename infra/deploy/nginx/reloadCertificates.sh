#!/bin/sh
# A script for /docker-entrypoint.d of nginx's own image. Every minute it looks at the certificate and its key, and nginx
# loads what was renewed. While the two do not fit together nginx keeps what it has.
set -eu

sum() {
  cat "$TLS_CERTIFICATE" "$TLS_CERTIFICATE_KEY" | cksum
}

loaded=$(sum)
(
  while sleep "${CERTIFICATE_CHECK_SECONDS:-60}"; do
    now=$(sum) || continue
    [ "$now" != "$loaded" ] || continue
    nginx -t -q && nginx -s reload && loaded=$now && echo 'The renewed certificate is in use.'
  done
) < /dev/null &

#!/bin/sh
# Makes the secrets that Greenlight's own parts share, each in a file of its own, where it is not there
# yet: make-secrets.sh DIRECTORY. What is there stays as it is. Needs openssl.
#
# Only you may enter the directory; the files may be read by whoever gets into it, because a container
# reads them as a user of its own and gets no more of the directory than them.
set -eu
directory=${1:?usage: make-secrets.sh DIRECTORY}
rights=$(dirname "$0")/users.acl
mkdir -p "$directory"
chmod 700 "$directory"

put() {
  rm -f "$directory/.new"
  cat >"$directory/.new"
  chmod 444 "$directory/.new"
  mv "$directory/.new" "$directory/$1"
}

for name in redis-password postgres-password postgres-admin-password queue-key bus-key; do
  [ -s "$directory/$name" ] || openssl rand -hex 32 | put "$name"
done
[ -s "$directory/signing-key.pem" ] || openssl genpkey -algorithm ed25519 | put signing-key.pem

# Redis keeps hashes, no passwords. Made anew each time: the rights may have changed.
hash=$(tr -d '\n' <"$directory/redis-password" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
sed "s/PASSWORD_SHA256/$hash/" "$rights" | put users.acl

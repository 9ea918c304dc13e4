#!/bin/sh
# Makes what a deployment keeps secret, once, under secrets/: keys, passwords, addresses with passwords in them.
# What is there already stays as it is. Keep a copy apart from the backups: without the master key personal data are lost.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# The folder is closed to others; the files are open, since containers read them as users of their own.
keep() {
  [ -s "secrets/$1" ] && return
  printf '%s' "$2" > "secrets/$1"
  chmod 0444 "secrets/$1"
}

for name in master_key lookup_key journal_key service_secret postgres_password; do
  keep "$name" "$(random)"
done
keep database_owner "gatehouse:$(cat secrets/postgres_password)"
for name in gateway visitor access equipment; do
  keep "${name}_database_url" "postgresql+psycopg://gatehouse_$name:$(random)@postgres/gatehouse_$name"
done

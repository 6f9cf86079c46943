#!/bin/sh
# Sets up what is missing and runs: sh setup/run.sh demo | test | bench | fuzz [arguments]
# Needs only some Node (18 or later) to begin with; everything after runs on the Node that the lock file brings.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
if ! command -v node >/dev/null 2>&1; then
  echo "Node is not installed: get any Node 18 or later (Debian: sudo apt-get install -y nodejs npm) and start again." >&2
  exit 21
fi
exec node "$here/bootstrap.mjs" "$@"

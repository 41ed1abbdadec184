#!/bin/sh
# Runs each example against an emulator of its own; stops at the first that fails.
# Usage: callautomation/examples/run.sh [switchboard binary]
set -eu
cd "$(dirname "$0")/../.."
switchboard=${1:-}
if [ -z "$switchboard" ]; then
    cargo build --quiet --bin switchboard
    switchboard=${CARGO_TARGET_DIR:-target}/debug/switchboard
fi
cargo build --quiet -p switchboard-callautomation --examples
built=${CARGO_TARGET_DIR:-target}/debug/examples
folder=$(mktemp -d)
emulator=
trap 'if [ -n "$emulator" ]; then kill "$emulator" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT
failed=0
for example in answer_and_play ivr_menu add_teams_user transfer record_and_download; do
    : >"$folder/ready"
    "$switchboard" emulator --speed 10 >"$folder/ready" 2>"$folder/emulator.log" &
    emulator=$!
    tries=0
    until [ -s "$folder/ready" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ]; then
            echo "the emulator did not start"
            cat "$folder/emulator.log"
            exit 1
        fi
        sleep 0.1
    done
    if "$built/$example" "$folder/ready" >"$folder/output" 2>&1; then
        echo "ok      $example"
    else
        echo "FAILED  $example"
        cat "$folder/output"
        failed=1
    fi
    kill "$emulator" 2>/dev/null || true
    wait "$emulator" 2>/dev/null || true
    emulator=
done
exit "$failed"

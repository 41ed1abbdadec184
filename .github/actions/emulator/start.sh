#!/usr/bin/env bash
# Starts the emulator, waits until it is ready and answers, and exports where everything is. What it reads: EMULATOR_BINARY,
# EMULATOR_HTTPS_PORT, EMULATOR_HTTP_PORT, EMULATOR_SUBSCRIBE, EMULATOR_ARGUMENTS, and GitHub's RUNNER_TEMP, GITHUB_ENV,
# GITHUB_OUTPUT and GITHUB_PATH.
set -euo pipefail

home=$RUNNER_TEMP/switchboard-emulator
mkdir -p "$home"
binary=${EMULATOR_BINARY:-}
[[ -n $binary ]] || binary=$home/bin/switchboard
[[ -x $binary ]] || { echo "::error::$binary is no program; give the path of a switchboard binary as 'binary'"; exit 1; }
binary=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")

arguments=(--https-port "${EMULATOR_HTTPS_PORT:-0}" --http-port "${EMULATOR_HTTP_PORT:-0}" --state "$home/state" --allow-http-callbacks)
[[ -z ${EMULATOR_SUBSCRIBE:-} ]] || arguments+=(--subscribe "$EMULATOR_SUBSCRIBE")
read -ra more <<<"${EMULATOR_ARGUMENTS:-}"
: >"$home/ready.json"
# Of its own session, so that the end of this step does not end it; with nothing of the step's open.
setsid "$binary" emulator "${arguments[@]}" "${more[@]}" >"$home/ready.json" 2>"$home/log" </dev/null &
pid=$!
echo "$pid" >"$home/pid"

# The line is written at once, with its end.
for ((look = 0; look < 300; look++)); do
  [[ -z $(tail -n 1 "$home/ready.json") ]] || break
  kill -0 "$pid" 2>/dev/null || { echo "::error::the emulator did not start"; cat "$home/log"; exit 1; }
  sleep 0.1
done
ready=$(cat "$home/ready.json")
[[ -n $ready ]] || { echo "::error::the emulator is not ready after 30 s"; cat "$home/log"; exit 1; }

# member NAME: a text of the ready line. None of them has a quotation mark in it.
member() {
  sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p" <<<"$ready"
}

control=$(member control)
curl --silent --show-error --fail --retry 5 --retry-connrefused --output /dev/null "$control/ready"
{
  echo "ACS_CONNECTION_STRING=$(member connection_string)"
  echo "SWITCHBOARD_CONTROL=$control"
  echo "SWITCHBOARD_EMULATOR_CA=$(member ca_file)"
  # What Python's requests and Node read; other programs are told with the CA file.
  echo "REQUESTS_CA_BUNDLE=$(member ca_file)"
  echo "NODE_EXTRA_CA_CERTS=$(member ca_file)"
} >>"$GITHUB_ENV"
{
  echo "connection-string=$(member connection_string)"
  echo "ca-file=$(member ca_file)"
  echo "control=$control"
  echo "ready=$ready"
} >>"$GITHUB_OUTPUT"
# Whatever it is called elsewhere, the steps that follow call it switchboard.
mkdir -p "$home/bin"
[[ $binary -ef $home/bin/switchboard ]] || ln -sf "$binary" "$home/bin/switchboard"
echo "$home/bin" >>"$GITHUB_PATH"
echo "The emulator is ready: pages at $(member http)/, control API at $control"

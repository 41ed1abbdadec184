#!/usr/bin/env bash
# build.sh FOLDER: builds the `switchboard` binary of this action's own source into FOLDER.
set -euo pipefail
folder=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
command -v cargo >/dev/null || { echo "::error::the emulator is built with Rust: install rustup first, or give 'binary'"; exit 1; }
mkdir -p "$folder"
# The caller's folder may have a toolchain file or cargo settings of its own.
cd "$source"
cargo build --locked --release --bin switchboard --target-dir "${RUNNER_TEMP:-/tmp}/switchboard-emulator/target"
cp "${RUNNER_TEMP:-/tmp}/switchboard-emulator/target/release/switchboard" "$folder/switchboard"

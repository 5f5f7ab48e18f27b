#!/bin/sh
# The core for 64-bit ARM, made by a cross-compiler and run by an emulator: its kernels are right, and
# its indexes and answers are those of this machine, bit for bit. Nothing here is timed.
#   neon.sh CMAKE BUILD DIGEST     DIGEST: qg_digest of this machine
# Exit code 77: not tested; the last line says what is missing.
set -eu
cmake=$1 build=$2 digest=$3
compiler=aarch64-linux-gnu-g++
for need in $compiler qemu-aarch64; do
    command -v $need > /dev/null && continue
    echo "NEON is not tested: there is no $need. On Debian: apt-get install g++-aarch64-linux-gnu qemu-user"
    exit 77
done
mkdir -p "$build"
"$cmake" -S "$(dirname "$0")" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_SYSTEM_NAME=Linux \
    -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_CXX_COMPILER=$compiler -DCMAKE_EXE_LINKER_FLAGS=-static > /dev/null
"$cmake" --build "$build" --target test_bytes --target test_kernels --target qg_digest > "$build/log" 2>&1 ||
    { cat "$build/log"; exit 1; }

qemu-aarch64 "$build/test_bytes"
qemu-aarch64 "$build/test_kernels"

"$digest" "$build/index" > "$build/here"
# The second has no dot products of bytes (ARMv8.0): there the plain kernels are chosen, by what the system says.
for processor in max:neon cortex-a72:scalar; do
    qemu-aarch64 -cpu "${processor%:*}" "$build/qg_digest" "$build/index" > "$build/there" 2> "$build/kernels"
    if ! grep -q "^neon, bytes by ${processor#*:}$" "$build/kernels"; then
        echo "${processor%:*} runs other kernels than it should: $(cat "$build/kernels")"
        exit 1
    fi
    if ! diff "$build/here" "$build/there"; then
        echo "${processor%:*} builds or answers differently (>) from this machine (<)"
        exit 1
    fi
done
echo "NEON: the same indexes and answers as here"

#!/bin/sh
# Makes the programs for each architecture of images that has a cross compiler here.
set -eu
cd "$(dirname "$0")"/..
build() {
	"$2" -std=c11 -Os -Wall -Wextra -static -nostdlib -nostartfiles -ffreestanding -fno-stack-protector \
		-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-pic -fno-ident -fno-builtin -fno-tree-loop-distribute-patterns \
		-Wl,--build-id=none,-z,noseparate-code,-z,noexecstack,-s $3 -o "$1.elf" program/probe.c
	"${2%gcc}objcopy" -R .comment -R .note.* -R .ARM.attributes -R .riscv.attributes "$1.elf"
	chmod 644 "$1.elf"
}
build amd64 x86_64-linux-gnu-gcc "-fcf-protection=none"
build arm64 aarch64-linux-gnu-gcc "-mno-outline-atomics"
build arm arm-linux-gnueabihf-gcc "-march=armv6 -marm -mfloat-abi=soft"
build riscv64 riscv64-linux-gnu-gcc "-mno-relax"
ls -l ./*.elf

# Leaves the standard library of a target in $OUT, as a directory that rustc takes for its
# own. Arguments are the call of rustup, whose last one is the target: rustup adds it to
# a copy of what it knows of the toolchain. The image itself stays as it is.
for target in "$@"; do :; done
. /opt/stagefront/toolchain.sh
lib=$OUT/lib/rustlib
mkdir -p "$lib"
host=$(rustc -vV | sed -n 's/^host: //p')
ln -s "$sysroot/lib/rustlib/$host" "$lib/$host" # its linker
if [ -d "$sysroot/lib/rustlib/$target/lib" ]; then
	ln -s "$sysroot/lib/rustlib/$target" "$lib/$target"
	exit
fi
if ! command -v rustup >/dev/null; then
	echo "the toolchain has no standard library for $target, and no rustup to get it with" >&2
	exit 1
fi
home=${RUSTUP_HOME:-/usr/local/rustup}
copy=/tmp/rustup/toolchains/$RUSTUP_TOOLCHAIN
mkdir -p "$copy/lib/rustlib"
cp "$home/settings.toml" /tmp/rustup/
ln -s "$sysroot/bin" "$copy/bin"
for file in "$sysroot"/lib/rustlib/*; do
	[ ! -f "$file" ] || cp "$file" "$copy/lib/rustlib/"
done
export RUSTUP_HOME=/tmp/rustup
"$@" --toolchain "$RUSTUP_TOOLCHAIN"
mv "$copy/lib/rustlib/$target" "$lib/"

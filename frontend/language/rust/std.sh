# Leaves the standard library of the target $1 in $OUT, as a directory that rustc takes
# for its own. rustup adds it to a copy of what it knows of the toolchain: the image
# itself stays as it is.
. /opt/stagefront/toolchain.sh
lib=$OUT/lib/rustlib
mkdir -p "$lib"
host=$(rustc -vV | sed -n 's/^host: //p')
ln -s "$sysroot/lib/rustlib/$host" "$lib/$host" # its linker
if [ -d "$sysroot/lib/rustlib/$1/lib" ]; then
	ln -s "$sysroot/lib/rustlib/$1" "$lib/$1"
	exit
fi
if ! command -v rustup >/dev/null; then
	echo "the toolchain has no standard library for $1, and no rustup to get it with" >&2
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
rustup target add --toolchain "$RUSTUP_TOOLCHAIN" "$1"
mv "$copy/lib/rustlib/$1" "$lib/"

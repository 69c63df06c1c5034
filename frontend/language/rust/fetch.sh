# Downloads the packages of Cargo.lock to $OUT. Cargo has a home of its own meanwhile,
# with credentials and configuration that stay behind. Arguments are the call of cargo.
. /opt/stagefront/toolchain.sh
. /opt/stagefront/stubs.sh
. /opt/stagefront/advice.sh
export CARGO_HOME=/tmp/cargo RUSTC="$sysroot/bin/rustc"
mkdir -p $CARGO_HOME "$OUT/registry/cache" "$OUT/registry/src" "$OUT/git"
ln -s "$OUT/registry" "$OUT/git" $CARGO_HOME/
cp /opt/stagefront/config.toml $CARGO_HOME/
[ ! -s /run/cargo/credentials.toml ] || cp /run/cargo/credentials.toml $CARGO_HOME/
printf '[credential]\n\thelper = "!sh /opt/stagefront/netrc.sh"\n' >/root/.gitconfig

# What was downloaded before is taken when it is what the lock says, and came the way of
# this build: whom it believes, what it goes through, what it knows.
way=$(
	for file in "$SSL_CERT_FILE" /etc/hosts /root/.netrc /run/cargo/credentials.toml /opt/stagefront/config.toml; do
		echo "$file" && cat "$file" 2>/dev/null || true
	done
	env | grep -i '_proxy=' | sort || true
)
cache=/var/cache/cargo/$(echo "$way" | sha256sum | cut -c 1-32)
awk '
	function flush() { if (sum) print sum, name "-" version ".crate"; sum = "" }
	/^\[\[package\]\]/ { flush() }
	/^name = / { name = $3 } /^version = / { version = $3 } /^checksum = / { sum = $3 }
	END { flush() }' Cargo.lock | tr -d '"\r' >/tmp/locked
for dir in "$cache"/*/; do
	[ -d "$dir" ] || continue
	into="$OUT/registry/cache/$(basename "$dir")"
	mkdir -p "$into"
	while read -r sum file; do
		[ -f "$dir$file" ] || continue
		cp "$dir$file" "$into/$file"
		echo "$sum  $into/$file" | sha256sum --status -c - || rm "$into/$file"
	done </tmp/locked
done

logged "$@"
[ $code = 0 ] || {
	advice
	exit $code
}

# Cargo looks whether archives are there, and reads what was unpacked of them.
for file in "$OUT"/registry/cache/*/*.crate; do
	[ -f "$file" ] || continue
	dir=$(basename "$(dirname "$file")")
	unpacked="$OUT/registry/src/$dir/$(basename "$file" .crate)"
	if [ ! -e "$cache/$dir/${file##*/}" ]; then
		mkdir -p "$cache/$dir"
		cp "$file" "$cache/$dir/.${file##*/}.$$" && mv "$cache/$dir/.${file##*/}.$$" "$cache/$dir/${file##*/}"
	fi
	[ ! -e "$unpacked/.cargo-ok" ] || echo >"$file"
done

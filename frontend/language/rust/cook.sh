# Compiles the dependencies of the program into $CARGO_TARGET_DIR, with stubs in place of
# the project's own sources. Arguments are the call of cargo.
#
# What cannot be compiled that way is compiled with the project, which then says why it
# cannot be: so the step does not fail, and leaves as much as there is.
. /opt/stagefront/toolchain.sh
. /opt/stagefront/stubs.sh
compiler --cap-lints=allow
touch "$CARGO_TARGET_DIR/begun"
going=
! cargo build --help | grep -q -e --keep-going || going=--keep-going # cargo 1.74
"$@" $going || touch "$CARGO_TARGET_DIR/incomplete"

# What came of stubs goes: cargo must never take it for what came of the sources. What it
# knows of a package lies in directories that are called by its name, each with a hash;
# what comes of one has the same hash. Newer ones have all of a package in one directory.
hash=$(printf '[0-9a-f]%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
while read -r name dir; do
	find "$CARGO_TARGET_DIR" -mindepth 3 -maxdepth 4 -path "*/build/$name" -prune -exec rm -rf {} +
	find "$CARGO_TARGET_DIR" -mindepth 3 -maxdepth 4 -path "*/.fingerprint/$name-$hash" | while read -r known; do
		profile=${known%/.fingerprint/*} unit=${known##*-}
		rm -rf "$known" "$profile/build/$name-$unit" "$profile"/deps/*-"$unit" "$profile"/deps/*-"$unit".*
	done
done </opt/stagefront/locals
# The programs of the stubs lie beside those directories.
for file in "$CARGO_TARGET_DIR"/*-*-*/*/* "$CARGO_TARGET_DIR"/*-*-*/*/examples/*; do
	[ ! -f "$file" ] || rm "$file"
done

# away reports whether a path that a build script watches is one of the project that is
# not here, or a stub here.
away() {
	case $1 in
	.. | ../* | */.. | */../*) return 0 ;;
	/src | /src/*)
		while read -r what dir; do
			case $1 in "/src/$dir" | "/src/$dir"/*) return 1 ;; esac
		done </opt/stagefront/shared
		return 0
		;;
	/*) [ ! -e "$1" ] ;;
	*) return 1 ;;
	esac
}
# A build script that watches such a path runs again with the project.
find "$CARGO_TARGET_DIR" -type f \( -path '*/build/*/output' -o -path '*/build/*/run/stdout' \) | while read -r output; do
	run=${output%/output}
	known=${run%/build/*}/.fingerprint/${run##*/}
	[ "$run" != "$output" ] || known=${output%/run/stdout}/fingerprint
	sed -n 's/^cargo::*rerun-if-changed=//p' "$output" | while read -r file; do
		! away "$file" || rm -rf "$known"
	done
done

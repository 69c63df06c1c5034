# Compiles the dependencies of the program into $CARGO_TARGET_DIR, with stubs in place of
# the project's own sources. Arguments are the call of cargo.
#
# What cannot be compiled that way is compiled with the project, which then says why it
# cannot be: so the step does not fail, and leaves as much as there is.
. /opt/stagefront/toolchain.sh
. /opt/stagefront/stubs.sh
compiler --cap-lints=allow
"$@" --keep-going || touch "$CARGO_TARGET_DIR/incomplete"

# What came of stubs goes: cargo must never take it for what came of the sources.
while read -r name dir; do
	crate=$(echo "$name" | tr - _)
	find "$CARGO_TARGET_DIR" -mindepth 3 -maxdepth 5 \( \
		-path "*/.fingerprint/$name-????????????????" -o -path "*/build/$name-????????????????" -o \
		-path "*/deps/*$crate-????????????????*" -o -path "*/examples/*" \) -prune -exec rm -rf {} +
done </opt/stagefront/locals
# The programs of the stubs lie beside those directories.
for file in "$CARGO_TARGET_DIR"/*-*-*/*/*; do
	[ ! -f "$file" ] || rm "$file"
done
# A build script that asked for a file which is not here asks again with the project.
find "$CARGO_TARGET_DIR" -path '*/build/*/output' | while read -r output; do
	run=${output%/output}
	sed -n 's/^cargo::*rerun-if-changed=//p' "$output" | while read -r file; do
		case $file in
		/*) [ -e "$file" ] || touch "$run/again" ;;
		../*) touch "$run/again" ;;
		esac
	done
	[ ! -e "$run/again" ] || rm -rf "${run%/build/*}/.fingerprint/${run##*/}"
done

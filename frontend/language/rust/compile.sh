# Compiles the program with the dependencies that were compiled before. Arguments are
# what cargo makes, what that is to be called, which Rust it is and why, and the call of
# cargo.
made=$1 program=$2 rust=$3
shift 3
. /opt/stagefront/toolchain.sh
. /opt/stagefront/stubs.sh
. /opt/stagefront/diagnose.sh
compiler

# What cargo tells of each package that it makes goes beside what it says to people.
: >/tmp/units
case " $* " in
*" --message-format"*) logged "$@" ;; # as build.flags has it
*) logged sh -c 'exec "$@" --message-format=json-render-diagnostics >/tmp/units' sh "$@" ;;
esac
[ $code = 0 ] || diagnose $code
if [ -e "$CARGO_TARGET_DIR/incomplete" ]; then
	warning "some dependencies are compiled with the project, after every edit" \
		'their sources need the project: "--call=explain" names those that need a package of it'
fi

# A program of a dependency is called what the dependency calls it.
case $made in
*/)
	found=$(find "$made" -maxdepth 1 -type f -perm -100 ! -name '*.so' | sort)
	set -- $found
	for file in $found; do
		[ "${file##*/}" != "${program##*/}" ] || set -- "$file"
	done
	if [ $# != 1 ]; then
		problem "the dependency makes $# programs: $(for file in "$@"; do printf '%s ' "${file##*/}"; done)" 'say which it is: "entrypoint: PACKAGE/PROGRAM"'
		report
	fi
	made=$1
	;;
esac
cp "$made" "$program"

# Of the packages, the program has those that were made for the target: build scripts and
# macros are the builder's.
triple=${made#"$CARGO_TARGET_DIR/"}
for_target=$CARGO_TARGET_DIR/${triple%%/*}/
sed -n 's|^{"reason":"compiler-artifact","package_id":"\([^"]*\)".*"filenames":\["'"$for_target"'.*"executable":\([^,]*\),.*|\1\t\2|p' \
	/tmp/units | sort -u >/out/crates
report

# Compiles the program with the dependencies that were compiled before. Arguments are
# what cargo makes, what that is to be called, which Rust it is and why, and the call of
# cargo.
made=$1 program=$2 rust=$3
shift 3
. /opt/stagefront/toolchain.sh
. /opt/stagefront/stubs.sh
. /opt/stagefront/diagnose.sh
compiler

logged "$@"
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
report

# Makes the sources that stand in for those of packages, where there are none. A source
# that stubs stood in for is newer than whatever came of those: cargo goes by times.
while read -r what file; do
	if [ "$what" = new ]; then
		[ ! -e "/src/$file" ] || touch -d 2100-01-01 "/src/$file"
		continue
	fi
	[ -e "/src/$file" ] && continue
	mkdir -p "$(dirname "/src/$file")"
	case $what in
	lib) : >"/src/$file" ;;
	bin) echo 'fn main() {}' >"/src/$file" ;;
	esac
done </opt/stagefront/stubs
# What is there in both steps is the same, and its times are not. Those of packages are
# compared, and those of a directory of vendored ones must not be later than their use.
if [ -e /opt/stagefront/shared ]; then
	while read -r what dir; do
		case $what in
		package) find "/src/$dir" -type f -exec touch -d @1 {} + ;;
		vendored)
			[ ! -e "$CARGO_TARGET_DIR/begun" ] ||
				find "/src/$dir" -type f -newer "$CARGO_TARGET_DIR/begun" -exec touch -d @1 {} +
			;;
		esac
	done </opt/stagefront/shared
fi

# Makes the sources that stand in for those of packages, where there are none.
while read -r what file; do
	[ -e "/src/$file" ] && continue
	mkdir -p "$(dirname "/src/$file")"
	case $what in
	lib) : >"/src/$file" ;;
	bin) echo 'fn main() {}' >"/src/$file" ;;
	esac
done </opt/stagefront/stubs

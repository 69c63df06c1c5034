# Lists all that packages import: list.sh FILE DIRECTORY COMMAND…
#
# What they are is in the file, a line each. The command prints a kind and a name of each.
# Those of Go's library are in library/packages of the directory, but for what only the
# library itself can name; others are in modules/packages.
packages=$1
into=$2
shift 2
listed=$(mktemp)
mkdir "$into/library" "$into/modules"
xargs "$@" <"$packages" >"$listed"
kind() { sed -n "s/^$1 //p" "$listed" | LC_ALL=C sort -u; }
kind library | grep -Ev '^vendor/|(^|/)internal(/|$)|^unsafe$' >"$into/library/packages"
kind modules >"$into/modules/packages"

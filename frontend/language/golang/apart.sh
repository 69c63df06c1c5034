# Compiles packages into $GOCACHE, which is a layer: apart.sh FILE COMMAND…
#
# What they are is in the file, a line each. One that cannot be compiled without the project
# is compiled with it, which then says why it cannot be.
#
# What this daemon has compiled before, in $KEPT, is taken over, and what another layer has,
# in $LIBRARY, which stays there. The go command sets the time of what it uses where that is
# long ago; what is old in the end is for others.
# https://pkg.go.dev/cmd/go#hdr-Build_and_test_caching
packages=$1
shift
used=$(mktemp)
[ ! -d "$KEPT/00" ] || cp -R "$KEPT/." "$GOCACHE/"
[ -z "$LIBRARY" ] || cp -Rn "$LIBRARY/." "$GOCACHE/"
find "$GOCACHE" -type f -exec touch -t 200001010000 {} +
touch -t 200101010000 "$used"
xargs -r "$@" <"$packages" ||
	echo "some packages cannot be compiled apart: they are compiled with the project"
find "$GOCACHE" -type f ! -newer "$used" -exec rm {} +
[ -z "$LIBRARY" ] || (cd "$LIBRARY" && find . -type f) | (cd "$GOCACHE" && xargs -r rm -f)

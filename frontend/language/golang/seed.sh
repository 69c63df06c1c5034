# Runs a go command with packages that were compiled apart: seed.sh COMMAND…
#
# They are in the layer $APART, and in the compiler's cache from then on. Other builds may
# read that meanwhile, so nothing of it is replaced. One copies at a time: cp leaves out a
# directory that another makes before it does.
name=$(cd "$APART" && find . -type f | LC_ALL=C sort | sha256sum)
if [ ! -e "$GOCACHE/apart-${name%% *}" ] && flock "$GOCACHE/lock" cp -Rn "$APART/." "$GOCACHE/"; then
	touch "$GOCACHE/apart-${name%% *}"
fi
exec "$@"

# Runs a go command with packages that were compiled apart: seed.sh COMMAND…
#
# They are in the layers $APART, and in the compiler's cache from then on. Other builds may
# read that meanwhile, so nothing of it is replaced. One copies at a time: cp leaves out a
# directory that another makes before it does.
name=$(for layer in $APART; do (cd "$layer" && find . -type f); done | LC_ALL=C sort | sha256sum)
copy='for layer in $APART; do cp -Rn "$layer/." "$GOCACHE/" || exit; done'
if [ ! -e "$GOCACHE/apart-${name%% *}" ] && flock "$GOCACHE/lock" sh -c "$copy"; then
	touch "$GOCACHE/apart-${name%% *}"
fi
exec "$@"

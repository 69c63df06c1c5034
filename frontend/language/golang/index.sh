# Runs a go command that may use an index of packages: index.sh SOURCE COMMAND…
#
# The go command keeps that index in its cache, and without it reads all packages of its
# library anew in each build. It finds packages by their path and the names, times and
# sizes of their files, modules by their path alone, and those may be the same in projects
# that have nothing to do with each other. So what is of the source is made younger than
# now, which it does not index, and modules are in a path that says what they are.
# https://go.dev/src/cmd/go/internal/modindex/read.go
#
# A cache that has nothing is most often that of a daemon which builds once. One that is
# filled with what was compiled apart has an index from there.
source=$1
shift
younger='
n=$#
for dir; do
	for file in "$dir"/*.go; do
		[ ! -f "$file" ] || [ -L "$file" ] || { set -- "$@" "$file" && break; }
	done
done
shift "$n"
[ $# = 0 ] || touch -t 210001010000 "$@"'
modules() {
	[ -d "$GOMODCACHE" ] || return 0
	cd "$GOMODCACHE" && find . -name '*.ziphash' -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
}

if [ "$CGO_ENABLED" = 0 ] && { [ -d "$GOCACHE/00" ] || [ -n "$KEPT" ]; } && known=$(modules | sha256sum) &&
	named=${TMPDIR:-/tmp}/${known%% *} && ln -sfn "$GOMODCACHE" "$named" &&
	find "$source" -name .git -prune -o -type d -exec sh -c "$younger" sh {} +; then
	export GODEBUG= GOMODCACHE="$named"
fi
exec "$@"

# Runs a go command: inputs.sh SOURCE COMMAND…
#
# Go's cache knows the files of a package's own directory, and not what C and assembly of
# it include: headers of other directories, libraries of the distribution. What all of
# them are is made part of the arguments of the C preprocessor and the assembler, which
# the cache does know, as a directory that does not exist.
# https://pkg.go.dev/cmd/go#hdr-Build_and_test_caching
source=$1
shift
# What fetch was told of the sums of a workspace; the source is thrown away.
[ ! -f "$GOMODCACHE/go.work.sum" ] || cp "$GOMODCACHE/go.work.sum" "$GOWORK.sum" 2>/dev/null
for tool in find grep readlink sort xargs sha256sum; do
	# Without them nothing is known, and nothing is kept.
	command -v "$tool" >/dev/null || { export GOCACHE=/tmp/go-build; exec "$@"; }
done

# Names by which nothing is that C reads, unless the source says so.
other="css|gif|html|ico|jpeg|jpg|js|json|jsx|md|mod|png|proto|sql|sum|svg|tmpl|toml|ts|tsx|webp|woff|woff2|yaml|yml"

# listed prints the files of the source that arguments of find select.
listed() { find . -name .git -prune -o "$@" -print0; }

# searched searches files of the source for a pattern.
searched() {
	pattern=$1
	shift
	listed -type f "$@" | LC_ALL=C xargs -0 -r grep -lsE "$pattern" | grep -q .
}

# assembles reports whether assembly of the source includes files of other directories.
assembles() { searched '# *include *"[^"]*/' -name '*.s'; }

# reads reports whether C of the source, or flags that are for all C, may read files of it.
reads() {
	[ -n "$CGO_CFLAGS$CGO_CPPFLAGS$CGO_CXXFLAGS$CGO_FFLAGS$CGO_LDFLAGS$CPATH$C_INCLUDE_PATH$CPLUS_INCLUDE_PATH$LIBRARY_PATH" ] ||
		searched '["`]C["`]' -name '*.go' || listed -name '*.swig*' | grep -q .
}

# content prints what the files are that C may read, and where links lead.
content() {
	set -- ! -name '*.go'
	if ! searched "incbin|# *embed|# *include.*[.]($other)[\">]" ! -name '*.md'; then
		for name in $(echo "$other" | tr '|' ' '); do
			set -- "$@" ! -name "*.$name"
		done
	fi
	listed -type f "$@" | sort -z | xargs -0 -r sha256sum
	listed -type l | sort -z | xargs -0 -r -n 1 readlink
}

# hash prints what it reads as one word.
hash() {
	sum=$(sha256sum)
	echo "${sum%% *}"
}

if [ "$CGO_ENABLED" = 1 ]; then
	inputs=$({
		cat /var/lib/dpkg/status /lib/apk/db/installed 2>/dev/null
		cd "$source" && reads && content
	} | hash)
	export CGO_CPPFLAGS="${CGO_CPPFLAGS:+$CGO_CPPFLAGS }-I/inputs/$inputs"
fi
if (cd "$source" && assembles); then
	inputs=$(cd "$source" && content | hash)
	packages=.
	dir=$PWD
	while [ "$dir" != "$source" ] && [ -n "$dir" ]; do
		packages=$packages/..
		dir=${dir%/*}
	done
	case "$* $GOFLAGS" in
	*-asmflags*) export GOCACHE=/tmp/go-build ;; # the last one counts
	*) export GOFLAGS="${GOFLAGS:+$GOFLAGS }-asmflags=$packages/...=-I=/inputs/$inputs" ;;
	esac
fi
exec "$@"

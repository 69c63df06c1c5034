# Downloads the modules that the manifests name: fetch.sh [DIRECTORY]
#
# With a directory of a workspace's module, those alone are downloaded whose packages
# imports.go names, with what they import on any platform. The go command finds them as
# it does to vendor them; where it cannot, all are downloaded.
fetch() {
	if [ -n "$1" ]; then
		cp /opt/stagefront/imports.go "$1/imports.go"
		(cd "$1" && go work vendor -o /tmp/vendor) >/dev/null 2>&1 && return
		rm "$1/imports.go"
	fi
	go mod download
}

# The go command waits for a proxy that is silent as long as it lives; here it ends when
# nothing has come for two minutes.
patiently() {
	fetch "$@" &
	download=$!
	(
		silent=0
		while [ $silent -lt 12 ]; do
			sleep 10 >/dev/null 2>&1 # it outlives this, and nobody shall wait for it
			now=$(du -s "$GOMODCACHE")
			[ "$now" = "$before" ] && silent=$((silent + 1)) || silent=0
			before=$now
		done
		echo "nothing has come for two minutes from $(go env GOPROXY)" >&2
		kill $download
	) &
	watch=$!
	wait $download
	status=$?
	kill $watch
	return $status
}

# Archives are kept in a cache for the next time that the manifests change: a proxy of
# files in front of the real one. The sums of go.sum decide, and not what is kept: where
# anything does not agree with them, or they lack anything, all is downloaded anew, and
# kept in place of what was there. What came another way is not for this build: its proxy
# may have refused it. What credentials may have been needed for is kept for nobody, and
# who has some is given nothing of it.
way=$({ go env GOPROXY GONOPROXY && env | grep -i '_proxy=' | sort; } | sha256sum | cut -c 1-32)
kept=/var/cache/go-download/$way
if [ -e "$HOME/.netrc" ] || [ -e /run/secrets ] || [ -n "$SSH_AUTH_SOCK" ] || ! mkdir -p "$kept"; then
	kept=
fi

sums() { find /src -name '*.sum' -exec cat {} + | sha256sum; }

# Tries with what is kept, and leaves all as it was where that is not good.
again() {
	cp -R /src /tmp/src
	known=$(sums)
	(
		export GOPROXY="file://$kept,$(go env GOPROXY)"
		patiently "$@" && [ "$(sums)" = "$known" ]
	) 2>/tmp/said
	status=$?
	if [ $status = 0 ] || grep -q '^nothing has come' /tmp/said; then
		cat /tmp/said >&2
		return
	fi
	replace=1
	find "$GOMODCACHE" -mindepth 1 -delete
	rm -rf /tmp/vendor
	find /src \( -name '*.sum' -o -name imports.go \) -delete
	cp -R /tmp/src/. /src/
}

# Keeps a file of the download cache. Others may read what is there meanwhile.
keep() { part=$(mktemp -p "$kept") && cp "$1" "$part" && mv -f "$part" "$kept/$1"; }

replace=
status=
[ -z "$kept" ] || [ -z "$(ls "$kept")" ] || again "$@"
if [ -z "$status" ] || [ -n "$replace" ]; then
	patiently "$@"
	status=$?
fi
[ $status = 0 ] || exit $status
# Sums that a workspace lacks, which the go command has asked the checksum database for.
[ ! -f "$GOWORK.sum" ] || cp "$GOWORK.sum" "$GOMODCACHE/go.work.sum"

cd "$GOMODCACHE/cache/download" || exit 0 # no module is of a proxy
if [ -n "$kept" ]; then
	find . -type d -name '@v' | (cd "$kept" && xargs -r mkdir -p)
	find . -name '*.zip' -o -name '*.mod' | while read -r file; do
		[ -e "$kept/$file" ] && [ -z "$replace" ] || keep "$file"
	done
fi
# They stay behind: compile reads the unpacked trees, and the layer is a third smaller.
find . -name '*.zip' -delete
rm -rf sumdb

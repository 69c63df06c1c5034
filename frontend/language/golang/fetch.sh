# Downloads the modules that the manifests name. Archives are kept in a cache for the next
# time that the manifests change: a proxy of files in front of the real one. The sums of
# go.sum decide, and not what is kept: where anything does not agree with them, all is
# downloaded anew, and kept in place of what was there. What credentials may have been
# needed for is kept for nobody, and asked for by nobody who has them.
kept=/var/cache/go-download
if [ -e "$HOME/.netrc" ] || [ -e /run/secrets ] || [ -n "$SSH_AUTH_SOCK" ]; then
	kept=
fi

# The go command waits for a proxy that is silent as long as it lives; here it ends when
# nothing has come for two minutes.
download() {
	go mod download &
	download=$!
	(
		silent=0
		while [ $silent -lt 12 ]; do
			sleep 10
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

# Keeps archives, and the files beside them that go.sum has a sum of.
keep() {
	cd "$GOMODCACHE/cache/download" || return
	find . -type d -name '@v' | (cd "$kept" && xargs -r mkdir -p)
	find . -name '*.zip' | while read -r zip; do
		[ -e "$kept/$zip" ] && [ "$replace" = "" ] || cp -f "$zip" "${zip%.zip}.mod" "$kept/${zip%/*}/"
	done
}

replace=
status=1
if [ -n "$kept" ] && [ -n "$(ls "$kept")" ]; then
	cp -R /src /tmp/src
	(
		export GOPROXY="file://$kept,$(go env GOPROXY)"
		download && diff -r /src /tmp/src >/dev/null
	) 2>/tmp/said
	status=$?
	if [ $status = 0 ] || grep -q '^nothing has come' /tmp/said; then
		cat /tmp/said >&2
		[ $status = 0 ] || exit $status
	else
		replace=1
		go clean -modcache
		cp -R /tmp/src/. /src/
	fi
fi
if [ $status != 0 ]; then
	download
	status=$?
fi
[ $status = 0 ] || exit $status
[ -z "$kept" ] || keep
# The archives stay behind: compile reads the unpacked trees, and the layer is a third smaller.
find "$GOMODCACHE/cache/download" -name '*.zip' -delete

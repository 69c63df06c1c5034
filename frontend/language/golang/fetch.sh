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
[ $status = 0 ] || exit $status
# The zips stay behind: compile reads the unpacked trees, and the layer is a third smaller.
find "$GOMODCACHE/cache/download" -name '*.zip' -delete
rm -rf "$GOMODCACHE/cache/download/sumdb"
# Sums that a workspace lacks, which the go command has asked the checksum database for.
[ ! -f "$GOWORK.sum" ] || cp "$GOWORK.sum" "$GOMODCACHE/go.work.sum"

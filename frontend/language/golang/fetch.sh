# Downloads the modules that the manifests name. The go command waits for a proxy that
# is silent as long as it lives; here it ends when nothing has come for two minutes.
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
# The zips stay behind: compile reads the unpacked trees, and the layer is a third smaller.
[ $status != 0 ] || find "$GOMODCACHE/cache/download" -name '*.zip' -delete
exit $status

# Runs a go command whose packages have C in them. Go's cache knows the files beside a
# package's own and not what those include: headers of other directories, libraries of
# the distribution. What all of them are is made part of the C compiler's arguments,
# which the cache does know, as a directory that does not exist. Files by whose names C
# is written count by what is in them, others by size and time.
# https://pkg.go.dev/cmd/go#hdr-Build_and_test_caching
for tool in find sort xargs sha256sum; do
	# Without them nothing is known, and nothing is kept.
	command -v "$tool" >/dev/null || { export GOCACHE=/tmp/go-build; exec "$@"; }
done
inputs=$({
	cat /var/lib/dpkg/status /lib/apk/db/installed 2>/dev/null
	cd /src && find . -name .git -prune -o -type f \( -name '*.[chmsSaoiI]' -o -name '*.h[hp]*' -o -name '*.c[cpx]*' \
		-o -name '*.in[cl]' -o -name '*.[it]pp' -o -name '*.def' -o -name '*.so*' \) -print0 | sort -z | xargs -0 -r sha256sum
	find . -name .git -prune -o -type f ! -name '*.go' -printf '%p %s %T@\n' | sort
} | sha256sum)
export CGO_CPPFLAGS="${CGO_CPPFLAGS:+$CGO_CPPFLAGS }-I/inputs/${inputs%% *}"
exec "$@"

# Compiles without cgo. Where that fails for want of what a package has in C alone, it
# says so: the compiler says that names are undefined.
errors=$(mktemp)
{
	"$@" 2>&1
	echo $? >"$errors.status"
} | tee "$errors" >&2
status=$(cat "$errors.status")
if [ "$status" = 0 ] || ! grep -qE 'undefined: |build constraints exclude all Go files' "$errors"; then
	exit "$status"
fi
for arg; do
	case "$arg" in -tags=* | -mod=* | -modfile=*) flags="$flags $arg" ;; esac
	package=$arg
done
withC='{{if and .CgoFiles (not .Standard)}}{{.Name}} {{.ImportPath}}{{end}}'
CGO_ENABLED=1 go list -e -deps -f "$withC" $flags "$package" 2>/dev/null | while read -r name path; do
	# Its own files lack what those in C declare, or others lack it of the package.
	line=$(grep -m 1 -E "undefined: $name\.|imports $path: build constraints exclude" "$errors") ||
		line=$(grep -m 1 -A 1 -F -x "# $path" "$errors" | tail -n 1) || continue
	[ -n "$line" ] || continue
	echo "stagefront: ${line#"${line%%[![:space:]]*}"}: $path needs cgo; write \"build: {cgo: true}\""
	break
done >&2
exit "$status"

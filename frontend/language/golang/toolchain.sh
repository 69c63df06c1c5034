# Takes what the go command compiles with, without C: toolchain.sh DIRECTORY
into=$1
. "${0%/*}/take.sh"
programs go
root=$(go env GOROOT)
tools=$(go env GOTOOLDIR)
for name in bin/go VERSION go.env lib pkg/include src; do
	[ ! -e "$root/$name" ] || file "$root/$name"
done
for name in asm buildid cgo compile covdata cover link pack preprofile; do
	[ ! -e "$tools/$name" ] || loaded "$tools/$name"
done
# No program imports these.
cd "$into$(cd "$root/src" && pwd -P)"
rm -rf cmd
find . -name testdata -prune -exec rm -r {} +
find . -name '*_test.go' -exec rm {} +
# The go command itself asks /proc where it is.
works sh -c "$tools/compile -V && $tools/link -V && find $root/bin/go | grep -q . && echo taken"

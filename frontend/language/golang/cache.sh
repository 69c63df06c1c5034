# Runs a command of the project, to which the compiler's cache is read-only. One that
# is not there yet, since nothing was compiled on this builder, is replaced by an empty
# one that goes with the step: the go command does not start without. It keeps an index
# of packages there too, and fails where it cannot write that.
[ -e "$GOCACHE/README" ] || export GOCACHE=/tmp/go-build
export GODEBUG="${GODEBUG:+$GODEBUG,}goindex=0"
exec "$@"

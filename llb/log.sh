# Runs a command and keeps what it says in a file, from which the reason is told where it
# fails. What it leaves running may hold the pipes: for that nobody waits.
command -v mkfifo >/dev/null && command -v tee >/dev/null || exec "$@"
log=/tmp/stagefront.log
mkfifo $log.1 $log.2
tee -a $log <$log.1 &
out=$!
tee -a $log <$log.2 >&2 &
err=$!
"$@" >$log.1 2>$log.2
status=$?
(sleep 1 && kill $out $err) 2>/dev/null &
{ wait $out $err; } 2>/dev/null
rm -f $log.1 $log.2
exit $status

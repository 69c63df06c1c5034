# Runs a command and keeps what it says in a file, from which the reason is told where it
# fails. What it leaves running may hold the pipe: for that nobody waits. The names of
# variables are such as no command reads.
command -v mkfifo >/dev/null && command -v tee >/dev/null || exec "$@"
stagefront_log=/tmp/stagefront.log
mkfifo $stagefront_log.pipe $stagefront_log.lines
# Clients show each piece that is written as a line of its own, so lines stay whole.
if printf x | LC_ALL=C grep -a --line-buffered x >/dev/null 2>&1; then
	LC_ALL=C grep -a --line-buffered '' <$stagefront_log.pipe >$stagefront_log.lines &
else
	cat <$stagefront_log.pipe >$stagefront_log.lines &
fi
stagefront_grep=$!
tee -a $stagefront_log <$stagefront_log.lines &
stagefront_tee=$!
"$@" >$stagefront_log.pipe 2>&1
stagefront_status=$?
(sleep 1 && kill $stagefront_grep $stagefront_tee) >/dev/null 2>&1 &
{ wait $stagefront_tee; } 2>/dev/null
rm -f $stagefront_log.pipe $stagefront_log.lines
exit $stagefront_status

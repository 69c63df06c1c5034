# Runs a command and keeps what it says in a file of a directory, from which the reason is
# told where it fails: log.sh DIRECTORY COMMAND…
#
# What it leaves running may hold the pipe: for that nobody waits. The names of
# variables are such as no command reads.
stagefront_log=$1/stagefront.log
shift
command -v mkfifo >/dev/null && command -v tee >/dev/null || exec "$@"
mkfifo $stagefront_log.pipe $stagefront_log.lines
# Who opens a pipe for both does not wait. They are no files when the command runs: code
# that reads whatever it finds would wait there for ever.
exec 3<>$stagefront_log.pipe 4<$stagefront_log.pipe 5>$stagefront_log.pipe
exec 6<>$stagefront_log.lines 7<$stagefront_log.lines 8>$stagefront_log.lines
exec 3<&- 6<&-
rm -f $stagefront_log.pipe $stagefront_log.lines
# Clients show each piece that is written as a line of its own, so lines stay whole.
if printf x | LC_ALL=C grep -a --line-buffered x >/dev/null 2>&1; then
	LC_ALL=C grep -a --line-buffered '' <&4 >&8 4<&- 5>&- 7<&- 8>&- &
else
	cat <&4 >&8 4<&- 5>&- 7<&- 8>&- &
fi
stagefront_grep=$!
tee -a $stagefront_log <&7 4<&- 5>&- 7<&- 8>&- &
stagefront_tee=$!
exec 4<&- 7<&- 8>&-
"$@" >&5 2>&1 5>&-
stagefront_status=$?
exec 5>&-
(sleep 1 && kill $stagefront_grep $stagefront_tee) >/dev/null 2>&1 &
{ wait $stagefront_tee; } 2>/dev/null
exit $stagefront_status

# Answers git's question for the password of a host by /root/.netrc.
# https://git-scm.com/docs/gitcredentials#_custom_helpers
[ "${1:-}" = get ] && [ -r /root/.netrc ] || exit 0
host=
while IFS='=' read -r key value; do
	[ "$key" = host ] && host=${value%%:*}
done
awk -v host="$host" '
	{ for (i = 1; i <= NF; i++) word[++n] = $i }
	END {
		for (i = 1; i <= n; i++) {
			if (word[i] == "machine") { found = (word[i + 1] == host) }
			if (word[i] == "default") { found = 1 }
			if (found && word[i] == "login") print "username=" word[i + 1]
			if (found && word[i] == "password") { print "password=" word[i + 1]; exit }
		}
	}' /root/.netrc

# Says in a line what a failed fetch means for who builds an image, by cargo's log.
advice() {
	shows() { grep -Eq "$1" /tmp/log; }
	say() { printf '\nstagefront: %s\n' "$1" >&2; }
	if shows 'no token found|token rejected|cargo login'; then
		say 'a registry asks for a token: give it by --secret id=credentials.toml,src=$HOME/.cargo/credentials.toml'
	elif shows 'ssh-agent|no usernames succeeded|ssh://.*(authenticat|denied)'; then
		say 'a repository asks for a key: write "build: {ssh: true}" and give --ssh default'
	elif shows 'authenticat|credential.helper'; then
		say 'a repository asks for a password: give it by --secret id=netrc,src=$HOME/.netrc'
	elif shows 'HTTP 200 response: got 40[13]'; then
		say 'a repository asks for a password, and cargo gives none through a proxy: take it by SSH, with "build: {ssh: true}"'
	elif shows 'checksum for .* changed|failed to verify the checksum'; then
		say 'a package is not the one that Cargo.lock was made with. If it happens again, do not trust the registry'
	elif shows 'got 429'; then
		say 'the registry has too many requests (429): build again later'
	elif shows 'got 5[0-9][0-9]'; then
		say 'the registry is broken at the moment: it answers with an error of its own (see above)'
	elif shows 'partial file|unexpected end of file|transfer closed'; then
		say 'a package did not come whole: what stands between here and the registry cuts it off'
	elif shows 'Timeout was reached|timed out|too slow'; then
		say 'the registry does not answer; "timeout" of "http" in .cargo/config.toml may say for how long it may be silent'
	elif shows 'locked to|no matching package|failed to select a version'; then
		say 'Cargo.lock names what the registry does not have: was it published, and not deleted? "cargo update" takes what is there'
	elif shows 'revspec|object not found|failed to find branch|reference .* not found'; then
		say 'Cargo.lock names a commit that the repository does not have any more'
	fi
}

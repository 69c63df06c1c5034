# Says in a report what the log of cargo shows to be the reason of a failure, where it
# is one that has a remedy.

problems= warnings=

# text returns its argument as a string of JSON.
text() {
	printf '%s' "$1" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$/"/'
}

# problem adds a problem with a hint.
problem() {
	problems="$problems${problems:+, }{\"message\": $(text "$1"), \"hint\": $(text "$2")}"
}

# warning adds a warning with a hint.
warning() {
	warnings="$warnings${warnings:+, }{\"message\": $(text "$1"), \"hint\": $(text "$2")}"
}

# report writes the report and ends the step.
report() {
	printf '{"problems": [%s], "warnings": [%s]}\n' "$problems" "$warnings" >/out/report.json
	exit 0
}

# shows reports whether the log has a pattern.
shows() { grep -Eq "$1" /tmp/log; }

# line returns the first line of the log that has a pattern.
line() { grep -Eom1 "$1" /tmp/log | head -1 | sed 's/^ *//'; }

diagnose() {
	script=$(sed -n 's/.*failed to run custom build command for `\([^ `]*\) .*/\1/p' /tmp/log | head -1)
	what=${script:+the build script of $script}
	git='not a git repository|[Gg]it.*No such file or directory|`?git`?.*NotFound|could not find repository|no suitable .git. command'
	glibc='/usr/[^ ]*-linux-gnu[^ ]*[.]a[(]'
	package=$(sed -n "s/^${script:-none} //p" /opt/stagefront/libraries | head -1)
	nightly='.*(error\[E0554\]|only accepted on the nightly|requires a nightly version of Cargo|not stabilized in this version of Cargo).*'
	if shows "$nightly"; then
		problem "a crate asks for what only nightly has, and the toolchain is rust $rust: $(line "$nightly")" \
			'take a version of the crate for stable, or name an image of nightly as "toolchain"'
	elif shows 'no cached data for this query'; then
		problem "a query is none of those whose answers are kept in .sqlx: $(line '.*no cached data for this query.*')" \
			'run "cargo sqlx prepare" and commit .sqlx; an ignore file may hide it'
	elif shows 'DATABASE_URL|error (communicating with|returned from) database'; then
		problem "a macro asks a database while it is compiled, and compile has none: $(line '.*(DATABASE_URL|(communicating with|returned from) database).*')" \
			'write "build: {env: {SQLX_OFFLINE: true}}" and commit what "cargo sqlx prepare" writes'
	elif [ -n "$package" ] && shows 'pkg-config|Could not find|could not find|not found|Unable to find'; then
		problem "$script does not find what it needs of the distribution" "write \"build: {packages: [$package]}\""
	elif shows 'Unable to find libclang'; then
		problem "${what:-a crate} does not find libclang" 'write "build: {packages: [libclang-dev]}"'
	elif shows 'is `[^`]*` not installed'; then
		tool=$(sed -n 's/.*is `\([^`]*\)` not installed.*/\1/p' /tmp/log | head -1)
		problem "${what:-a crate} runs $tool, which the toolchain does not have" "write \"build: {packages: [$tool]}\", or the package that has it"
	elif [ -n "$script" ] && shows '[Cc]ould not resolve host|name resolution|failed to lookup address|dns error|Network is unreachable'; then
		problem "$what wants the network, and compile has none: $(line '.*([Cc]ould not resolve host|name resolution|lookup address|dns error|Network is unreachable).*')" \
			'let build.files bring what it downloads, or write "build: {network: default}"'
	elif [ -n "$script" ] && shows "$git"; then
		problem "$what asks git, and the build context has no repository: $(line ".*($git).*")" \
			'give it what it asks for by its own variable in "build.env"'
	elif shows '^error: (Command `git` not found|.*not a git repository)'; then
		problem "a macro asks git, and the build context has no repository: $(line '^error: .*[^a-z]git[^a-z].*')" \
			'give it something to fall back to, such as git_version!(fallback = "unknown"), or read a variable of "build.env"'
	elif shows 'cannot find -l[^ :]*'; then
		problem "the linker does not find $(line 'cannot find -l[^ :]*' | sed 's/cannot find -l/lib/')" 'add the package that has it to "build.packages"'
	elif shows 'linux-musl' && shows 'undefined reference' && shows "$glibc"; then
		archive=$(line "$glibc" | sed 's/.*[/]//; s/[(]$//')
		problem "$archive of the distribution needs glibc, and a static program is linked with musl" \
			'remove "static" of "build" and "runtime: scratch": C++, and libraries of the distribution, want glibc'
	elif shows "collect2: fatal error: cannot find .ld"; then
		problem 'the C compiler does not find the linker that "-fuse-ld" names' \
			'remove it from the flags of rustc, or add the package that has it to "build.packages"'
	elif shows 'linker `[^`]*` not found'; then
		problem "$(line 'linker `[^`]*` not found')" 'add the package that has it to "build.packages"'
	else
		exit "$1"
	fi
	report
}

# Finds the toolchain that the image has, and makes it the one that is used: a toolchain
# file of the project would have rustup download another.
sysroot=$(cd / && rustc --print sysroot)
export RUSTUP_TOOLCHAIN="${sysroot##*/}" PATH="$sysroot/bin:$PATH"

# compiler makes the program that cargo calls as rustc. It says where the standard
# library of the target is, and keeps the places of the builder out of programs.
# Arguments follow those of cargo where it compiles: where it asks, it reads warnings.
compiler() {
	mkdir -p /tmp/stagefront
	{
		echo '#!/bin/sh'
		for std in /opt/std/lib/rustlib/*; do
			triple=${std##*/}
			[ "$triple" = "*" ] || [ -d "$sysroot/lib/rustlib/$triple/lib" ] && [ -L "$std" ] ||
				echo "case \" \$* \" in *' --target $triple '* | *' --target=$triple '*) set -- --sysroot=/opt/std \"\$@\" ;; esac"
		done
		echo "case \" \$* \" in *' --print='*) ;; *) set -- \"\$@\" $* ;; esac"
		echo "exec '$sysroot/bin/rustc' \"\$@\" --remap-path-prefix=/opt/cargo/registry/src=crates --remap-path-prefix=/opt/cargo/git/checkouts=git --remap-path-prefix=/opt/target=target --remap-path-prefix=/src=."
	} >/tmp/stagefront/rustc
	chmod +x /tmp/stagefront/rustc
	touch -d @0 /tmp/stagefront/rustc # cargo asks a compiler that has another time anew
	export RUSTC=/tmp/stagefront/rustc
}

# logged runs a command, and leaves what it says in /tmp/log too, and how it ended in
# $code: the log is looked at where it fails.
logged() {
	mkfifo /tmp/log.pipe
	# Who opens a pipe for both does not wait. It is no file when the command runs: code
	# that reads whatever it finds would wait there for ever.
	exec 3<>/tmp/log.pipe 4</tmp/log.pipe 5>/tmp/log.pipe
	exec 3<&-
	rm /tmp/log.pipe
	tee /tmp/log <&4 >&2 4<&- 5>&- &
	exec 4<&-
	code=0
	"$@" >&5 2>&1 5>&- || code=$?
	exec 5>&-
	wait
}

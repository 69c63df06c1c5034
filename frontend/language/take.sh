# Functions that take files of the toolchain: into=DIRECTORY; . take.sh
#
# What is taken is where it was, with its links, its modes and its times.

# file takes a file or a directory with all that is in it, and the links that lead there.
file() {
	at= rest=$1
	while [ -n "$rest" ]; do
		part=${rest%%/*}
		case "$rest" in */*) rest=${rest#*/} ;; *) rest= ;; esac
		case "$part" in
		'' | .) continue ;;
		..) at=${at%/*} && continue ;;
		esac
		[ -d "$into$at" ] || mkdir "$into$at"
		if [ -L "$at/$part" ]; then
			[ -L "$into$at/$part" ] || cp -a "$at/$part" "$into$at/"
			leads=$(readlink "$at/$part")
			rest=$leads/$rest
			case "$leads" in /*) at= ;; esac
		else
			at=$at/$part
		fi
	done
	if [ -d "$at" ]; then
		cp -a "$at" "$into${at%/*}/"
	elif [ ! -e "$into$at" ]; then
		cp -a "$at" "$into$at"
	fi
}

# loaded takes executables and libraries with the loader and what it puts into them. Those
# that are linked statically have none: the loader ends by a signal where it lists them.
loaded() {
	for loaded; do
		file "$loaded"
		for loader in /lib64/ld*.so.* /lib/ld*.so.*; do
			[ -x "$loader" ] || continue
			"$loader" --verify "$loaded" >/dev/null 2>&1 || [ $? = 2 ] || continue
			for library in $("$loader" --list "$loaded" | grep -o '/[^ :]*'); do
				file "$library"
			done
			file "$loader"
			break
		done
	done
}

# programs takes programs by their names, but for those that are part of the shell and those
# that there are not.
programs() {
	for program; do
		program=$(command -v "$program") || continue
		case "$program" in /*) loaded "$program" ;; esac
	done
}

# works takes all there is where a command does not work with what was taken.
works() {
	chroot "$into" "$@" && return
	echo "all of the toolchain is taken: a part of it does not run by itself"
	mkdir -p "$into/opt"
	for top in /* /opt/*; do
		case "$top" in
		/dev | /proc | /sys | /tmp | /root | /run | /src | /out | /opt | /opt/stagefront | "$into") continue ;;
		esac
		cp -a "$top" "$into${top%/*}/"
	done
}

# Where the loader looks for libraries.
[ ! -e /etc/ld.so.cache ] || file /etc/ld.so.cache
# What steps of ours are written in.
programs sh basename cat chmod cp cut dirname du env find flock grep head ln ls mkdir mkfifo mktemp mv readlink rm rmdir \
	sed sha256sum sleep sort tail tee touch tr uniq wc xargs

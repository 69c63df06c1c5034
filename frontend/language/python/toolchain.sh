# Takes the interpreter and its library: toolchain.sh DIRECTORY
into=$1
. "${0%/*}/take.sh"
programs python3 python
for directory in $(python3 -c 'import sysconfig
for name in ("stdlib", "platstdlib"): print(sysconfig.get_path(name))'); do
	[ ! -e "$into$directory" ] || continue
	file "$directory"
	for module in "$directory"/lib-dynload/*.so; do
		[ ! -e "$module" ] || loaded "$module"
	done
	# No program of ours imports these.
	cd "$into$directory"
	rm -rf __pycache__ config-* dist-packages ensurepip idlelib lib2to3 pydoc_data site-packages test tkinter turtledemo
done
works sh -c 'python3 -m json.tool --help | grep -q usage && echo taken'

# Compiles our programs: prepare.sh EXTENSION DIRECTORY PROGRAM…
#
# Our extension of Maven, words that name its sources where there is one, is compiled with
# Maven's own libraries.
extension=$1
directory=$2
shift 2
javac -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -d "$directory" "$@"
[ -z "$extension" ] || java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$directory" Notes $extension

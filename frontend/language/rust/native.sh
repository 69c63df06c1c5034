# Runs a command of the project with the toolchain that the image has.
. /opt/stagefront/toolchain.sh
exec "$@"

#!/bin/sh
# every SECONDS COMMAND...: run a command again and again, where no timer does. A stop ends it at once.
seconds=$1
shift
trap 'exit 0' TERM INT
while :; do
    "$@" || true  # it says itself what failed, and the next run tries again
    sleep "$seconds" &
    wait $!
done

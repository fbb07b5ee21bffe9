#!/bin/sh
# All crashes at all points, one command after the other; with names of tests, those only. Takes half an hour on two cores; each piece
# can be run by itself. A spread of them runs with `cargo test`.
cd "$(dirname "$0")/../.." || exit 1
export JOURNAL_CRASH=full
[ -w /dev/shm ] && export TMPDIR="${TMPDIR:-/dev/shm}" # scenes are copied thousands of times
[ $# -gt 0 ] || set -- start note add set watch run run_and_what_it_starts shell_record forget hook trailer discard stop stop_and_go_on refresh hook_install hook_uninstall
failed=0
for piece in "$@"; do
    cargo test --test crash -- --exact --nocapture "$piece" || failed=1
done
exit $failed

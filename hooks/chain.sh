# The hook that was here before; it gets the arguments, the standard input and the last word.
exec "$(dirname "$0")/@hook@.before-journal" "$@"

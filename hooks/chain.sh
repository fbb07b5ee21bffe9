# The hook that was here before; it gets the arguments, the standard input and the last word.
exec "$(CDPATH= cd -P -- "$(dirname -- "$0")" && pwd).before-journal/@hook@" "$@"

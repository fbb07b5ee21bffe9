# >>> journal >>> `journal hook uninstall` removes these lines
if [ "${GIT_DIR:-.git}" = .git ] && [ -d .git/objects ] && ! [ -e .git/journal/active/main ]; then : # no session, nothing to record
elif [ -x @program@ ]; then JOURNAL_HOOK=$0 @program@ hook run @hook@ "$@" </dev/null >/dev/null 2>&1 || :
elif command -v journal >/dev/null 2>&1; then JOURNAL_HOOK=$0 journal hook run @hook@ "$@" </dev/null >/dev/null 2>&1 || :; fi
# <<< journal <<<

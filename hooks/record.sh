# >>> journal >>> `journal hook uninstall` removes these lines
_journal=
if [ "${GIT_DIR:-.git}" = .git ] && [ -d .git/objects ]; then
    if [ -f .git/journal/active/main ]; then
        { read -r _journal <.git/journal/active/main; } 2>/dev/null || :
        case $_journal in
            *[!0-9A-Za-z-]*) _journal= ;;
            ?*) _journal=.git/journal/sessions/$_journal/hooks.log ;;
        esac
    elif ! [ -e .git/journal/active/main ]; then
        _journal=/dev/null # no session, nothing to record
    fi
fi
if [ "$_journal" = /dev/null ]; then :
elif [ -n "$_journal" ] && [ -f "$_journal" ] && ! [ -L "$_journal" ]; then # recorded without starting a process
    _journal_head=
    { read -r _journal_head <.git/HEAD; } 2>/dev/null || :
    case $_journal_head in
        "ref: "*)
            _journal_ref=.git/${_journal_head#ref: }
            _journal_head=
            if [ -f "$_journal_ref" ]; then { read -r _journal_head <"$_journal_ref"; } 2>/dev/null || :; fi
            ;;
    esac
    case $_journal_head in '' | *[!0-9a-f]*) _journal_head=- ;; esac
    _journal_words=" $*"
    case $_journal_words in *[!0-9a-z\ ]*) _journal_words= ;; esac
    { printf '\n1 %s %s%s %s\n' "$_journal_head" @hook@ "${_journal_words% }" "$_journal_head" >>"$_journal"; } 2>/dev/null || :
elif [ -x @program@ ]; then @program@ hook run @hook@ "$@" </dev/null >/dev/null 2>&1 || :
elif command -v journal >/dev/null 2>&1; then journal hook run @hook@ "$@" </dev/null >/dev/null 2>&1 || :; fi
unset _journal _journal_head _journal_ref _journal_words
# <<< journal <<<

# >>> journal >>> `journal hook uninstall` removes these lines
_journal=
_journal_git=${GIT_DIR:-.git}
_journal_common=$_journal_git
_journal_marker=main
case $_journal_git in
    .git | /*)
        if [ -f "$_journal_git/commondir" ]; then
            _journal_common=${_journal_git%/worktrees/*}
            _journal_marker=${_journal_git#"$_journal_common/worktrees/"}
            case $_journal_marker in *[!0-9A-Za-z._-]*) _journal_common= ;; esac
            _journal_marker=worktree-$_journal_marker
        fi
        ;;
    *) _journal_common= ;;
esac
if [ -n "$_journal_common" ] && [ -d "$_journal_common/objects" ]; then
    _journal_marker=$_journal_common/journal/active/$_journal_marker
    if [ -f "$_journal_marker" ]; then
        { read -r _journal <"$_journal_marker"; } 2>/dev/null || :
        case $_journal in
            *[!0-9A-Za-z-]*) _journal= ;;
            ?*) _journal=$_journal_common/journal/sessions/$_journal/hooks.log ;;
        esac
    elif ! [ -e "$_journal_marker" ]; then
        _journal=/dev/null # no session, nothing to record
    fi
fi
if [ "$_journal" = /dev/null ]; then :
elif [ -n "$_journal" ] && [ -f "$_journal" ] && ! [ -L "$_journal" ]; then # recorded without starting a process
    _journal_head=
    { read -r _journal_head <"$_journal_git/HEAD"; } 2>/dev/null || :
    case $_journal_head in
        "ref: "*)
            _journal_ref=$_journal_common/${_journal_head#ref: }
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
unset _journal _journal_git _journal_common _journal_marker _journal_head _journal_ref _journal_words
# <<< journal <<<

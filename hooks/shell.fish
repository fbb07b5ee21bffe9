# journal: records the commands of a session. For ~/.config/fish/config.fish:  journal shell fish | source
# Without a session this tests one path per prompt and starts no process.
if status is-interactive; and not set -q __journal_shell
    set -g __journal_shell 1
    set -g __journal_program @program@
    set -g __journal_at ''
    set -g __journal_marker ''
    set -g __journal_cwd ''

    # The file that exists while a session runs in the worktree of $PWD; empty outside of a repository.
    function __journal_locate
        set -l dir $PWD
        set -l git ''
        set -l name main
        set -g __journal_at $PWD
        set -g __journal_marker ''
        while true
            if test -d "$dir/.git"
                set git "$dir/.git"
                break
            end
            if test -f "$dir/.git"
                read -l line <"$dir/.git"
                set git (string replace -r '^gitdir: ' '' -- $line)
                string match -q '/*' -- $git; or set git "$dir/$git"
                break
            end
            test -n "$dir"; or return 0
            set dir (string replace -r '/[^/]*$' '' -- $dir)
        end
        set -l common $git
        if test -f "$git/commondir"
            read common <"$git/commondir"
            string match -q '/*' -- $common; or set common "$git/$common"
            set name worktree-(string replace -r '^.*/' '' -- $git)
        end
        set -g __journal_marker "$common/journal/active/$name"
    end

    function __journal_preexec --on-event fish_preexec
        set -g __journal_cwd $PWD
        test "$PWD" = "$__journal_at"; or __journal_locate
    end

    # Hands the line over on a process's standard input: not in the list of processes, of any length, beside the prompt.
    function __journal_postexec --on-event fish_postexec
        set -l code $status
        set -l line (string join \n -- $argv)
        if test -n "$__journal_marker"; and test -e "$__journal_marker"
            if not string match -qr '^(\s|journal(\s|$)|$)' -- $line[1]
                string join \n -- $line | $__journal_program shell-record --milliseconds $CMD_DURATION --status $code \
                    --cwd $__journal_cwd >/dev/null 2>&1 &
                disown $last_pid 2>/dev/null
            end
        end
        if string match -qr '^(git|journal)' -- $line[1] # these may have made a repository
            set -g __journal_at ''
        end
        return $code
    end
end

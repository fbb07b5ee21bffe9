# journal: records the commands of a session. For ~/.zshrc:  eval "$(journal shell zsh)"
# Without a session this tests one path per prompt and starts no process.
if [[ -o interactive && -z ${__journal_shell-} ]]; then
typeset -g __journal_shell=1 __journal_program=@program@
typeset -g __journal_text='' __journal_cwd='' __journal_marker='' __journal_at=''
typeset -gF __journal_started=0
zmodload zsh/datetime
autoload -Uz add-zsh-hook

# The file that exists while a session runs in the worktree of $PWD; empty outside of a repository.
__journal_locate() {
  emulate -L zsh
  local dir=$PWD git='' common='' name=main
  __journal_at=$PWD __journal_marker=''
  while true; do
    if [[ -d $dir/.git ]]; then git=$dir/.git; break; fi
    if [[ -f $dir/.git ]]; then
      IFS= read -r git 2>/dev/null <"$dir/.git"
      git=${git#gitdir: }
      [[ $git == /* ]] || git=$dir/$git
      break
    fi
    [[ $dir == */* ]] || return 0
    dir=${dir%/*}
  done
  common=$git
  if [[ -f $git/commondir ]]; then
    IFS= read -r common 2>/dev/null <"$git/commondir"
    [[ $common == /* ]] || common=$git/$common
    name=worktree-${git:t}
  fi
  __journal_marker=$common/journal/active/$name
}

__journal_preexec() {
  emulate -L zsh
  __journal_text=$1 __journal_started=$EPOCHREALTIME __journal_cwd=$PWD
}

# Hands the line over on a process's standard input: not in the list of processes, of any length, beside the prompt.
__journal_precmd() {
  local __journal_status=$?
  emulate -L zsh
  if [[ -n $__journal_text && -n $__journal_marker && -e $__journal_marker ]]; then
    case $__journal_text in
      [[:space:]]*|journal|journal[[:space:]]*) ;;
      *)
        ( "$__journal_program" shell-record --started "$(( int(rint(__journal_started * 1000000)) ))" \
          --milliseconds "$(( int(rint((EPOCHREALTIME - __journal_started) * 1000)) ))" \
          --status "$__journal_status" --cwd "$__journal_cwd" <<<"$__journal_text" >/dev/null 2>&1 &! ) ;;
    esac
  fi
  case $__journal_text in # these may have made a repository
    git*|journal*) __journal_at='' ;;
  esac
  __journal_text=''
  [[ $PWD == $__journal_at ]] || __journal_locate
  return $__journal_status
}
zmodload zsh/mathfunc
add-zsh-hook preexec __journal_preexec
add-zsh-hook precmd __journal_precmd
# first, so that it sees the exit code of the line
precmd_functions=(__journal_precmd ${precmd_functions:#__journal_precmd})
fi

# journal: records the commands of a session. For ~/.bashrc:  eval "$(journal shell bash)"
# Without a session this tests one path per prompt and starts no process. Needs bash 4.4, or bash-preexec in older ones.
if [[ $- == *i* && -z ${__journal_shell-} ]]; then
__journal_shell=1 __journal_program=@program@
__journal_started=0 __journal_first='' __journal_number='' __journal_text=''
__journal_cwd='' __journal_marker=''

# The file that exists while a session runs in the worktree of $PWD; empty outside of a repository.
__journal_locate() {
  local dir=$PWD git='' common='' name=main
  __journal_cwd=$PWD __journal_marker=''
  while :; do
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
    name=worktree-${git##*/}
  fi
  __journal_marker=$common/journal/active/$name
}

# Hands the line over on a process's standard input: not in the list of processes, of any length, beside the prompt.
__journal_record() {
  local status=$1 line=$2 micros=${EPOCHREALTIME-}
  case $line in
    ''|[[:space:]]*|journal|journal[[:space:]]*) return 0 ;;
  esac
  if [[ -n $micros ]]; then micros=${micros/[.,]/}; else printf -v micros '%(%s)T000000' -1; fi
  ( "$__journal_program" shell-record --started "$__journal_started" --milliseconds "$(( (micros - __journal_started) / 1000 ))" --status "$status" \
    --cwd "$__journal_cwd" <<<"$line" >/dev/null 2>&1 & )
}

# The first command of a line: by it a line that was run twice, and stands in the history once, is told from one that stands not there.
# $1 is 1 where another trap follows and is to see $?; the second argument brings $_ back.
__journal_debug() {
  local status=$?
  if [[ $__journal_started != 0 && -z $__journal_first ]]; then __journal_first=$BASH_COMMAND; fi
  return "$(( status * $1 ))"
}

# The line that ran, in __journal_text; empty where it is not in the history. A line that left the history's number as it was stands there
# only where bash does not keep repeated lines and it is one by its first command.
__journal_last_line() {
  local entry repeats=''
  __journal_text=''
  if [[ -n $__journal_number && ${HISTCMD-} == "$__journal_number" ]]; then
    [[ -n $__journal_first && ${HISTCONTROL-} == *ignore@(dups|both)* ]] || return 0
    repeats=1
  fi
  entry=$(HISTTIMEFORMAT='' builtin history 1)
  entry=${entry#"${entry%%[! ]*}"}
  entry=${entry#"${entry%%[!0-9]*}"}
  entry=${entry#?}
  entry=${entry# }
  if [[ -z $repeats || $entry == "$__journal_first"* ]]; then __journal_text=$entry; fi
}

__journal_precmd() {
  local status=$?
  if [[ $__journal_started != 0 && -n $__journal_marker && -e $__journal_marker ]]; then
    if [[ -z $__journal_preexec ]]; then __journal_last_line; fi
    __journal_record "$status" "$__journal_text"
  fi
  case ${__journal_first-} in # these may have made a repository
    git*|journal*) __journal_cwd='' ;;
  esac
  __journal_started=0 __journal_first='' __journal_text='' __journal_number=${HISTCMD-}
  [[ $PWD == "$__journal_cwd" ]] || __journal_locate
  return "$status"
}

# Where bash-preexec is there, it gives the line.
__journal_from_preexec() {
  local micros=${EPOCHREALTIME-}
  if [[ -n $micros ]]; then __journal_started=${micros/[.,]/}; else printf -v __journal_started '%(%s)T000000' -1; fi
  __journal_text=$1 __journal_first=$1
}

__journal_preexec=''
if [[ -n ${bash_preexec_imported-}${__bp_imported-} ]]; then
  __journal_preexec=1
  preexec_functions+=(__journal_from_preexec)
  precmd_functions+=(__journal_precmd)
elif (( BASH_VERSINFO[0] > 4 || ( BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 4 ) )); then
  # expanded when a line was read and before it runs; arithmetic sets the time without a process
  if [[ -n ${EPOCHREALTIME-} ]]; then
    PS0=${PS0-}'${__journal_shell:$((__journal_started=${EPOCHREALTIME/[.,]/},0)):0}'
  else
    PS0=${PS0-}'${__journal_shell:$((__journal_started=\D{%s}000000,0)):0}'
  fi
  # here, since a function does not see the trap
  __journal_prior=$(trap -p DEBUG)
  __journal_chain() {
    eval "set -- $__journal_prior"
    if [[ -n ${3-} ]]; then
      trap -- "__journal_debug 1 \"\$_\"; $3" DEBUG
    else
      trap -- '__journal_debug 0 "$_"' DEBUG
    fi
  }
  __journal_chain
  unset -f __journal_chain
  unset __journal_prior
  # first, so that it sees the exit code of the line
  if (( BASH_VERSINFO[0] > 5 || ( BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1 ) )); then
    PROMPT_COMMAND=(__journal_precmd "${PROMPT_COMMAND[@]}")
  else
    PROMPT_COMMAND=__journal_precmd${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
  fi
fi
fi

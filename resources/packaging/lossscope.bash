# SPDX-License-Identifier: Apache-2.0
# bash completion of lossscope: subcommands and options as the program's own --help lists them, so that none is listed twice.
_lossscope() {
  local word=${COMP_WORDS[COMP_CWORD]} command= at
  for ((at = 1; at < COMP_CWORD; ++at)); do
    case ${COMP_WORDS[at]} in
      -*) ;;
      *) command=${COMP_WORDS[at]}; break ;;
    esac
  done
  local help
  help=$(lossscope ${command:+"$command"} --help 2>/dev/null) || help=$(lossscope --help 2>/dev/null)
  COMPREPLY=()
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(grep -oE '(^|[ ,])--?[a-z][a-z0-9-]*' <<<"$help" | tr -d ' ,')" -- "$word")
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(sed -n '/^Subcommands:/,$ s/^  \([a-z]*\)  .*/\1/p' <<<"$help")" -- "$word")
  fi
  compopt -o default 2>/dev/null  # files, where nothing of ours fits
}
complete -F _lossscope lossscope

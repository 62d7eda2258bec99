# bash completion for plumbline. Source it, or install it as /usr/share/bash-completion/completions/plumbline.

_plumbline() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]:-} words=''
  COMPREPLY=()
  case $previous in
    --format) words='table jsonl csv' ;;
    --severity) words='low medium high' ;;
    --group-by) words='owner policy' ;;
    --pack | --fields | --output | --rejects | --object | --data)
      compopt -o default
      return
      ;;
    --as-of | --zone | --policy | --link-base | --threads) return ;;
  esac
  if [ -z "$words" ]; then
    if [ "$COMP_CWORD" -eq 1 ]; then
      words='audit policy --help --version'
    elif [ "$command" = audit ]; then
      words='--pack --as-of --zone --fields --object --policy --severity --format --output --rejects
        --include-unknown --group-by --link-base --threads --exit-code --help'
    elif [ "$command" = policy ] && [ "$COMP_CWORD" -eq 2 ]; then
      words='list show test check diff --help'
    elif [ "$command" = policy ]; then
      case ${COMP_WORDS[2]} in
        list | show) words='--pack --help' ;;
        test) words='--fields --help' ;;
        check) words='--syntax-only --watch --fields --help' ;;
        diff) words='--data --as-of --zone --fields --object --policy --severity --format --include-unknown
          --threads --exit-code --help' ;;
      esac
    fi
    if [ "$COMP_CWORD" -gt 1 ] && [[ $current != -* ]] && [ "$words" != 'list show test check diff --help' ]; then
      compopt -o default
      return
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _plumbline plumbline

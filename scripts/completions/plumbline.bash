# bash completion for plumbline. Source it, or install it as /usr/share/bash-completion/completions/plumbline.

_plumbline() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]:-} words=''
  COMPREPLY=()
  case $previous in
    --format)
      words='table jsonl csv html'
      [ "${COMP_WORDS[2]:-}" = explain ] && words='text jsonl'
      [ "${COMP_WORDS[2]:-}" = diff ] && words='table jsonl'
      ;;
    --severity) words='low medium high' ;;
    --group-by) words='owner policy' ;;
    --data | --pack | --fields | --output | --output-dir | --rejects | --object | --config | --ledger)
      compopt -o default
      return
      ;;
    --extends) words='essentials commercial-sales onboarding sales-kickoff' ;;
    --as-of | --zone | --policy | --link-base | --threads | --name) return ;;
  esac
  if [ -z "$words" ]; then
    if [ "$COMP_CWORD" -eq 1 ]; then
      words='audit init ingest policy check schema --help --version'
    elif [ "$command" = audit ]; then
      words='--pack --config --as-of --zone --fields --object --policy --severity --format --output --rejects
        --include-unknown --group-by --link-base --threads --exit-code --help'
    elif [ "$command" = init ]; then
      words='--output-dir --name --extends --object --force --help'
    elif [ "$command" = ingest ]; then
      words='--ledger --config --as-of --complete --fields --object --rejects --help'
    elif [ "$command" = policy ] && [ "$COMP_CWORD" -eq 2 ]; then
      words='list show explain test check diff docs --help'
    elif [ "$command" = policy ]; then
      case ${COMP_WORDS[2]} in
        list | show) words='--pack --help' ;;
        explain) words='--data --pack --policy --as-of --zone --fields --object --format --help' ;;
        test) words='--fields --bless --coverage --help' ;;
        check) words='--syntax-only --watch --fields --help' ;;
        diff) words='--data --as-of --zone --fields --object --policy --severity --format --include-unknown
          --threads --exit-code --help' ;;
        docs) words='--pack --fields --output-dir --help' ;;
      esac
    elif [ "$command" = schema ]; then
      mapfile -t COMPREPLY < <(compgen -W 'pack field-map config --help' -- "$current")
      return
    elif [ "$command" = check ]; then
      words='--help'
    fi
    if [ "$COMP_CWORD" -gt 1 ] && [[ $current != -* ]] &&
      [ "$words" != 'list show explain test check diff docs --help' ]; then
      compopt -o default
      return
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _plumbline plumbline

# bash completion for plumbline. Source it, or install it as /usr/share/bash-completion/completions/plumbline.

_plumbline() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]:-} words=''
  COMPREPLY=()
  case $previous in
    --format)
      words='table jsonl csv html'
      [ "${COMP_WORDS[2]:-}" = explain ] && words='text jsonl'
      [[ ${COMP_WORDS[2]:-} = @(diff|backtest) ]] && words='table jsonl'
      [ "$command" = status ] && words='text json'
      [ "$command" = violations ] && words='table jsonl csv'
      ;;
    --severity) words='low medium high' ;;
    --group-by) words='owner policy' ;;
    --every) words='day week' ;;
    --state) words='open closed all' ;;
    --data | --ledger | --pubkey | --anchor | --receipt | --pack | --against | --fields | --output | --output-dir | --rejects | --object | --config)
      compopt -o default
      return
      ;;
    --extends) words='essentials commercial-sales onboarding sales-kickoff' ;;
    --as-of | --known-at | --zone | --policy | --link-base | --threads | --name | --owner | --record | --kind | --since | --from | --to | --reason | --until | --cap | --author | --limit)
      return
      ;;
  esac
  if [ -z "$words" ]; then
    if [ "$COMP_CWORD" -eq 1 ]; then
      words='audit init ingest policy judge sync run violations log status ledger check schema --help --version'
    elif [ "$command" = audit ]; then
      words='--pack --config --ledger --as-of --known-at --zone --fields --object --policy --severity --format --output --rejects
        --include-unknown --group-by --link-base --threads --exit-code --help'
    elif [ "$command" = init ]; then
      words='--output-dir --name --extends --object --force --help'
    elif [ "$command" = ingest ]; then
      words='--ledger --config --as-of --complete --fields --object --rejects --help'
    elif [ "$command" = policy ] && [ "$COMP_CWORD" -eq 2 ]; then
      words='list show explain test check diff backtest docs --help'
    elif [ "$command" = policy ]; then
      case ${COMP_WORDS[2]} in
        list | show) words='--pack --help' ;;
        explain) words='--data --ledger --pack --policy --as-of --known-at --zone --fields --object --format --help' ;;
        test) words='--fields --bless --coverage --help' ;;
        check) words='--syntax-only --watch --fields --help' ;;
        diff) words='--data --ledger --as-of --known-at --zone --fields --object --policy --severity --format --include-unknown
          --threads --exit-code --help' ;;
        backtest) words='--from --to --every --against --ledger --config --policy --severity --zone --fields --format --threads
          --help' ;;
        docs) words='--pack --fields --output-dir --help' ;;
      esac
    elif [ "$command" = status ]; then
      words='--ledger --config --format --exit-code --help'
    elif [ "$command" = ledger ] && [ "$COMP_CWORD" -eq 2 ]; then
      words='prune erase-personal --help'
    elif [ "$command" = ledger ]; then
      case ${COMP_WORDS[2]} in
        prune) words='--config --ledger --dry-run --help' ;;
        erase-personal) words='--owner --reason --ledger --config --help' ;;
      esac
    elif [ "$command" = log ] && [ "$COMP_CWORD" -eq 2 ]; then
      words='verify show export receipt anchor --help'
    elif [ "$command" = log ]; then
      case ${COMP_WORDS[2]} in
        verify) words='--pubkey --anchor --receipt --threads --help' ;;
        show) words='--ledger --config --owner --record --policy --kind --since --until --limit --help' ;;
        export) words='--ledger --config --output --help' ;;
        receipt) words='--ledger --config --help' ;;
        anchor) words='--config --help' ;;
      esac
    elif [ "$command" = sync ]; then
      words='--once --config --source --help'
    elif [ "$command" = run ]; then
      words='--config --help'
    elif [ "$command" = judge ]; then
      words='--ledger --config --pack --policy --severity --as-of --zone --fields --threads --help'
    elif [ "$command" = violations ] && [ "$COMP_CWORD" -eq 2 ]; then
      mapfile -t COMPREPLY < <(compgen -W 'list show waive unwaive snooze --help' -- "$current")
      return
    elif [ "$command" = violations ]; then
      case ${COMP_WORDS[2]} in
        list) words='--ledger --config --owner --policy --object --record --state --severity --waived --format --limit --help' ;;
        show) words='--ledger --config --help' ;;
        waive) words='--ledger --config --record --object --owner --policy --reason --until --cap --author --help' ;;
        unwaive) words='--ledger --config --reason --author --help' ;;
        snooze) words='--ledger --config --until --reason --author --help' ;;
      esac
    elif [ "$command" = schema ]; then
      mapfile -t COMPREPLY < <(compgen -W 'pack field-map config --help' -- "$current")
      return
    elif [ "$command" = check ]; then
      words='--help'
    fi
    if [ "$COMP_CWORD" -gt 1 ] && [[ $current != -* ]] &&
      [ "$words" != 'list show explain test check diff backtest docs --help' ] &&
      [ "$words" != 'prune erase-personal --help' ] &&
      [ "$words" != 'verify show export receipt anchor --help' ]; then
      compopt -o default
      return
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _plumbline plumbline

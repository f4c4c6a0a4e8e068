# bash completion for hotspotctl. What there is to complete, hotspotctl itself says.

_hotspotctl() {
  local typed=${COMP_LINE:0:COMP_POINT} line value files=
  typed=${typed##*[[:space:]]}
  # bash takes = and : for ends of words: of what is offered, the part before them stands there already.
  local there=
  [[ $typed == *[:=]* ]] && there=${typed%"${typed##*[:=]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; continue; fi
    value=${line%%$'\t'*}
    printf -v value %q "${value#"$there"}"
    # Behind a quote that is open, $'...' quotes nothing: the $(...) within such a name would be run. It is not offered.
    [[ $value == \$\'* ]] && continue
    COMPREPLY+=("$value")
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
  if [[ $files ]]; then
    compopt -o filenames 2> /dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "${typed#"$there"}")
  fi
}

complete -F _hotspotctl hotspotctl

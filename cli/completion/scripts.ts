/**
 * What a shell is told so that it completes our words: it asks `coterie completion-words`, which prints one candidate a line with its
 * summary after a tab, or `:files` where a file is meant.
 */

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of coterie
_coterie() {
  local word summary
  COMPREPLY=()
  while IFS=$'\\t' read -r word summary; do
    if [ "$word" = :files ]; then compopt -o default; return; fi
    COMPREPLY+=("$word")
  done < <(coterie completion-words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _coterie coterie
`,
  zsh: `#compdef coterie
_coterie() {
  local word summary
  local -a found
  while IFS=$'\\t' read -r word summary; do
    if [[ $word == :files ]]; then _files; return; fi
    found+=("\${word//:/\\\\:}:$summary")
  done < <(coterie completion-words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe coterie found
}
compdef _coterie coterie
`,
  fish: `# fish completion of coterie
function __coterie_words
    set -l words (commandline -opc) (commandline -ct)
    set -l found (coterie completion-words -- $words[2..] 2>/dev/null)
    if test "$found[1]" = :files
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $found
    end
end
complete -c coterie -f -a '(__coterie_words)'
`,
}

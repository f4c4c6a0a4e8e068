# fish completion for hotspotctl. What there is to complete, hotspotctl itself says.

function __hotspotctl_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    for line in (command $words[1] __complete $words[2..-1] "$typed" 2> /dev/null)
        if test "$line" = :files
            set -l value (string replace -r -- '^--[^=]*=' '' "$typed")
            set -l option (string match -r -- '^--[^=]*=' "$typed")
            for file in (__fish_complete_path "$value")
                echo -- "$option$file"
            end
        else
            echo -- $line
        end
    end
end

complete -c hotspotctl -f -a '(__hotspotctl_complete)'


# What virsh says on the connection that the command line names. Reading asks nobody for a password.
function __virt_sandbox_virsh
    set -l words (commandline -opc)
    set -l uri
    for i in (seq (count $words))
        switch $words[$i]
            case -c --connect
                set uri $words[(math $i + 1)]
            case '--connect=*'
                set uri (string replace -- --connect= '' $words[$i])
        end
    end
    if test "$uri" = qemu:///embed
        return
    end
    set -q uri[1]; and set uri --connect $uri
    virsh --quiet --readonly $uri $argv </dev/null 2>/dev/null
end

# What the value of the option that is completed begins with.
function __virt_sandbox_value
    commandline -ct | string replace -r '^--[a-z-]+=' ''
end

function __virt_sandbox_network
    set -l value (__virt_sandbox_value)
    set -l setting (string split , -- $value)[-1]
    set -l before (string replace -r '[^,]*$' '' -- $value)
    switch "$setting"
        case 'source=*'
            __virt_sandbox_virsh net-list --all --name | string match -r '\S+' | string replace -r '^' "$before"source=
        case 'filter=*'
            __virt_sandbox_virsh nwfilter-list | string match -rg '^\s*\S+\s+(\S+)' | string replace -r '^' "$before"filter=
        case '*'
            printf '%s\n' "$before"{dhcp,source=,mac=,address=,route=,filter=}
    end
end

function __virt_sandbox_running
    LC_ALL=C command virt-sandbox --list </dev/null 2>/dev/null | string match -rg '^(\S+) +running '
end

# Completes `TYPE:WHAT=PATH`; the arguments are the types.
function __virt_sandbox_source
    set -l value (__virt_sandbox_value)
    set -l before (string match -r '^.*[=:]' -- $value)
    if test -n "$before"
        printf '%s\n' "$before"(__fish_complete_path (string replace -r '^.*[=:]' '' -- $value) | string split -f 1 \t)
    else
        printf '%s\n' $argv
    end
end

# The words of the command line from the command on; fails before there is one.
function __virt_sandbox_command
    set -l valued @valued@
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --
                set -e words[1]
                break
            case '-*'
                contains -- $words[1] $valued; and set -e words[1]
                set -e words[1]
            case '*'
                break
        end
    end
    string escape -- $words
end

complete -c virt-sandbox -n 'test -n "$(__virt_sandbox_command)"' -x -a '(complete -C (string join " " -- (__virt_sandbox_command) (commandline -ct)))'
complete -c virt-sandbox -n 'test -z "$(__virt_sandbox_command)"' -x -a '(complete -C (commandline -ct))'
complete -c virt-sandbox -s c -l connect -x -a 'lxc:/// qemu:///system qemu:///session qemu:///embed'
complete -c virt-sandbox -l attach -x -a '(__virt_sandbox_running)'
complete -c virt-sandbox -s N -l network -x -a '(__virt_sandbox_network)'
complete -c virt-sandbox -s m -l mount -x -a '(__virt_sandbox_source host-bind: host-image: guest-bind: ram:)'
complete -c virt-sandbox -l host-bind -x -a '(__virt_sandbox_source)'
complete -c virt-sandbox -l host-image -x -a '(__virt_sandbox_source)'
complete -c virt-sandbox -l disk -x -a '(__virt_sandbox_source file: block:)'
complete -c virt-sandbox -s s -l security -x -a 'dynamic static,label= inherit'
complete -c virt-sandbox -s S -l switchto -x -a '(__fish_complete_users)'

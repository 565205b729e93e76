# Completion of virt-sandbox for bash. Names of networks and filters come from virsh, those of sandboxes from virt-sandbox itself.

# Completes WORD with those of the other words that begin with it.
_virt_sandbox_reply() {
    local word=$1 candidate breaks=${COMP_WORDBREAKS//[^=:]/} done=
    shift
    # Only what follows the last break is replaced on the command line.
    if [[ $breaks ]]; then done=${word%"${word##*[$breaks]}"}; fi
    for candidate; do
        if [[ $candidate == "$word"* ]]; then COMPREPLY+=("${candidate#"$done"}"); fi
    done
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=:/] ]]; then compopt -o nospace; fi
}

# Completes the path at the end of WORD, of which the first LENGTH characters are something else.
_virt_sandbox_path() {
    local word=$1 before=${1:0:$2} path paths=()
    while IFS= read -r path; do
        if [[ -d $path ]]; then path+=/; fi
        paths+=("$before$path")
    done < <(compgen -f -- "${word:$2}")
    _virt_sandbox_reply "$word" "${paths[@]}"
}

# What virsh says on the connection that the command line names. Reading asks nobody for a password.
_virt_sandbox_virsh() {
    if [[ $uri == qemu:///embed ]]; then return; fi
    virsh --quiet --readonly ${uri:+--connect "$uri"} "$@" </dev/null 2>/dev/null
}

_virt_sandbox_network() {
    local before=${1%"${1##*,}"} setting=${1##*,} name candidates=()
    case $setting in
        source=*) while read -r name; do candidates+=("source=$name"); done < <(_virt_sandbox_virsh net-list --all --name) ;;
        filter=*) while read -r _ name; do candidates+=("filter=$name"); done < <(_virt_sandbox_virsh nwfilter-list) ;;
        *) candidates=(dhcp source= mac= address= route= filter=) ;;
    esac
    _virt_sandbox_reply "$1" "${candidates[@]/#/$before}"
}

# Completes the name of a sandbox that runs.
_virt_sandbox_running() {
    local name state candidates=()
    while read -r name state _; do
        if [[ $state == running ]]; then candidates+=("$name"); fi
    done < <(LC_ALL=C command virt-sandbox --list </dev/null 2>/dev/null)
    _virt_sandbox_reply "$1" "${candidates[@]}"
}

# Completes `TYPE:WHAT=PATH`; the other words are the types.
_virt_sandbox_source() {
    local word=$1 before=${1%"${1##*[=:]}"}
    shift
    if [[ $before ]]; then _virt_sandbox_path "$word" ${#before}; else _virt_sandbox_reply "$word" "$@"; fi
}

# Completes the command that begins with the given word, as if it stood alone.
_virt_sandbox_command() {
    local before position=0 word i
    if ! declare -F _command_offset >/dev/null; then
        if (($1 == ${#words[@]} - 1)) && [[ ${words[-1]} != */* ]]; then
            mapfile -t COMPREPLY < <(compgen -c -- "${words[-1]}")
        else
            _virt_sandbox_path "${words[-1]}" 0
        fi
        return
    fi
    # COMP_WORDS also ends words at = and :, which these do not.
    before=${words[*]:0:$1}
    before=${before//[[:space:]]/}
    for ((i = 0; i < ${#COMP_WORDS[@]} && position < ${#before}; i++)); do
        word=${COMP_WORDS[i]//[[:space:]]/}
        ((position += ${#word}))
    done
    _command_offset "$i"
}

_virt_sandbox() {
    local options='@options@' valued=' @valued@ ' paths=' @paths@ '
    local line=${COMP_LINE:0:COMP_POINT} words word option='' uri='' i
    read -ra words <<<"$line"
    if [[ $line == *[[:space:]] ]]; then words+=(''); fi
    local last=$((${#words[@]} - 1))
    COMPREPLY=()
    for ((i = 1; i < last; i++)); do
        case ${words[i]} in
            --) _virt_sandbox_command $((i + 1)); return ;;
            --connect=*) uri=${words[i]#*=} ;;
        esac
        if [[ $valued == *" ${words[i]} "* ]]; then
            option=${words[i]}
            if ((++i == last)); then break; fi
            if [[ $option == -c || $option == --connect ]]; then uri=${words[i]}; fi
            option=
        elif [[ ${words[i]} != -* ]]; then
            _virt_sandbox_command "$i"
            return
        fi
    done
    word=${words[last]}
    if [[ ! $option && $word == --*=* ]]; then
        option=${word%%=*} word=${word#*=}
    fi
    case $option in
        '')
            if [[ $word == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
            else
                _virt_sandbox_command "$last"
            fi
            ;;
        -c | --connect) _virt_sandbox_reply "$word" lxc:/// qemu:///system qemu:///session qemu:///embed ;;
        --attach) _virt_sandbox_running "$word" ;;
        -N | --network) _virt_sandbox_network "$word" ;;
        -m | --mount) _virt_sandbox_source "$word" host-bind: host-image: guest-bind: ram: ;;
        --host-bind | --host-image)
            local directory=${word%%=*}=
            if [[ $word == *=* ]]; then _virt_sandbox_path "$word" ${#directory}; fi
            ;;
        --disk) _virt_sandbox_source "$word" file: block: ;;
        -s | --security) _virt_sandbox_reply "$word" dynamic static,label= inherit ;;
        -S | --switchto) mapfile -t COMPREPLY < <(compgen -u -- "$word") ;;
        *) if [[ $paths == *" $option "* ]]; then _virt_sandbox_path "$word" 0; fi ;;
    esac
}

complete -F _virt_sandbox virt-sandbox

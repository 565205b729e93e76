
# What virsh says on the connection that the command line names. Reading asks nobody for a password.
(( $+functions[_virt-sandbox_virsh] )) ||
_virt-sandbox_virsh() {
    local uri=${${opt_args[-c]:-$opt_args[--connect]}//\\:/:}
    [[ $uri == qemu:///embed ]] ||
        virsh --quiet --readonly ${uri:+--connect} ${uri:+$uri} $@ </dev/null 2>/dev/null
}

(( $+functions[_virt-sandbox_network] )) ||
_virt-sandbox_network() {
    local uuid name
    local -a names
    compset -P '*,'
    if compset -P source=; then
        names=(${=$(_virt-sandbox_virsh net-list --all --name)})
        _wanted networks expl network compadd -a names
    elif compset -P filter=; then
        for uuid name in ${=$(_virt-sandbox_virsh nwfilter-list)}; names+=($name)
        _wanted filters expl filter compadd -a names
    else
        _wanted settings expl setting compadd -S '' dhcp source= mac= address= route= filter=
    fi
}

(( $+functions[_virt-sandbox_running] )) ||
_virt-sandbox_running() {
    local -a lines names
    lines=(${(f)"$(LC_ALL=C command virt-sandbox --list </dev/null 2>/dev/null)"})
    names=(${${(M)lines:#[^ ]## #running *}%% *})
    _wanted sandboxes expl sandbox compadd -a names
}

# Completes `TYPE:WHAT=PATH`; the arguments are the types.
(( $+functions[_virt-sandbox_source] )) ||
_virt-sandbox_source() {
    if compset -P '*[=:]'; then
        _files -S ''
    else
        _wanted types expl type compadd -S '' -- $@
    fi
}

//! Runs any program of the host inside a virtual machine or a container, through libvirt.

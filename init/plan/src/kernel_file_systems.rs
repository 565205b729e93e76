//! The file systems that show a kernel, its devices or its processes, and hold no files.

/// Their numbers, as `statfs` tells them, and their types.
const ALL: [(u32, &str); 32] = [
    (0x0187, "autofs"),
    (0x1cd1, "devpts"),
    (0x9fa0, "proc"),
    (0x9fa2, "usbdevfs"),
    (0x0027_e0eb, "cgroup"),
    (0x0765_5821, "resctrl"),
    (0x0a64_7361, "functionfs"),
    (0x1980_0202, "mqueue"),
    (0x4249_4e4d, "binfmt_misc"),
    (0x4341_5d53, "smackfs"),
    (0x444d_4142, "dmabuf"),
    (0x5049_4446, "pidfs"),
    (0x534f_434b, "sockfs"),
    (0x5049_5045, "pipefs"),
    (0x5a3c_69f0, "apparmorfs"),
    (0x6165_676c, "pstore"),
    (0x6265_6570, "configfs"),
    (0x6265_6572, "sysfs"),
    (0x6367_7270, "cgroup2"),
    (0x6462_6720, "debugfs"),
    (0x6573_5543, "fusectl"),
    (0x6759_6969, "rpc_pipefs"),
    (0x6c6f_6f70, "binder"),
    (0x6e66_7364, "nfsd"),
    (0x6e73_6673, "nsfs"),
    (0x7363_6673, "securityfs"),
    (0x7472_6163, "tracefs"),
    (0x9584_58f6, "hugetlbfs"),
    (0xabba_1974, "xenfs"),
    (0xcafe_4a11, "bpf"),
    (0xde5e_81e4, "efivarfs"),
    (0xf97c_ff8c, "selinuxfs"),
];

/// The number of autofs.
pub const AUTOFS: u32 = 0x0187;

/// The type of the file system with this number, if it is one of the kernel's own.
///
/// The devices' own is none of them: it has the number of those in memory.
pub fn kernel_file_system(number: u32) -> Option<&'static str> {
    let found = ALL.iter().find(|(own, _)| *own == number);
    found.map(|(_, name)| *name)
}

/// Whether a file system of this type is one of the kernel's own.
pub fn is_kernel_file_system(name: &str) -> bool {
    // Both have numbers of others: memory's, and that of control groups.
    let nameless = ["cpuset", "devtmpfs"];
    nameless.contains(&name) || ALL.iter().any(|(_, own)| *own == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_known_by_number_and_by_name() {
        assert_eq!(kernel_file_system(AUTOFS), Some("autofs"));
        assert_eq!(kernel_file_system(0x9fa0), Some("proc"));
        assert_eq!(kernel_file_system(0xef53), None);
        for (index, (number, name)) in ALL.iter().enumerate() {
            assert!(is_kernel_file_system(name), "{name}");
            let again = ALL[..index].iter().any(|(other, _)| other == number);
            assert!(!again, "{number:#x} is there twice");
        }
        assert!(is_kernel_file_system("devtmpfs"));
        assert!(!is_kernel_file_system("tmpfs"));
    }
}

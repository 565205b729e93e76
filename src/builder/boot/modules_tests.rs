//! Tests of the modules: made-up trees, and the installed kernel.

use std::io::Write;

use super::*;

/// A directory of modules, each file with its own dependencies.
fn tree(lists: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("6.1.0-test");
    fs::create_dir(&dir).unwrap();
    for (name, content) in lists {
        fs::write(dir.join(name), content).unwrap();
    }
    (root, dir)
}

fn names(files: &[PathBuf]) -> Vec<String> {
    files.iter().map(|path| guest_file_name(path)).collect()
}

const DEPENDENCIES: &str = "\
kernel/a.ko.xz: kernel/b-c.ko.gz kernel/d.ko
kernel/b-c.ko.gz: kernel/d.ko
kernel/d.ko:
kernel/e.ko.zst: kernel/d.ko
kernel/f.ko:
";

#[test]
fn dependencies_come_first_and_once() {
    let (_root, dir) = tree(&[("modules.dep", DEPENDENCIES)]);
    let tree = ModuleTree::open(&dir).unwrap();
    let files = tree.resolve(["a", "e", "b-c"], ["f", "absent"]).unwrap();
    assert_eq!(names(&files), ["d.ko", "b-c.ko", "a.ko", "e.ko", "f.ko"]);
    assert_eq!(files[2], dir.join("kernel/a.ko.xz"));
}

#[test]
fn hyphens_and_underscores_are_the_same() {
    let (_root, dir) = tree(&[("modules.dep", DEPENDENCIES)]);
    let tree = ModuleTree::open(&dir).unwrap();
    let hyphen = tree.resolve(["b-c"], []).unwrap();
    assert_eq!(hyphen, tree.resolve(["b_c"], []).unwrap());
    assert_eq!(names(&hyphen), ["d.ko", "b-c.ko"]);
}

#[test]
fn built_in_modules_are_left_out() {
    let (_root, dir) = tree(&[
        ("modules.dep", DEPENDENCIES),
        ("modules.builtin", "kernel/d.ko\nkernel/in-side.ko\n"),
    ]);
    let tree = ModuleTree::open(&dir).unwrap();
    let files = tree.resolve(["in_side", "e"], []).unwrap();
    assert_eq!(names(&files), ["e.ko"]);
}

#[test]
fn soft_dependencies_are_honoured() {
    let (_root, dir) = tree(&[
        ("modules.dep", DEPENDENCIES),
        (
            "modules.softdep",
            "# comment\nsoftdep a pre: f absent post: e\nsoftdep a ignored\n",
        ),
    ]);
    let tree = ModuleTree::open(&dir).unwrap();
    let files = tree.resolve(["a"], []).unwrap();
    assert_eq!(names(&files), ["f.ko", "d.ko", "b-c.ko", "a.ko", "e.ko"]);
}

#[test]
fn circular_dependencies_end() {
    let (_root, dir) = tree(&[
        ("modules.dep", "x.ko: y.ko\ny.ko:\n"),
        ("modules.softdep", "softdep y pre: x\n"),
    ]);
    let tree = ModuleTree::open(&dir).unwrap();
    assert_eq!(names(&tree.resolve(["x"], []).unwrap()), ["y.ko", "x.ko"]);
}

#[test]
fn a_missing_module_is_named() {
    let (_root, dir) = tree(&[("modules.dep", DEPENDENCIES)]);
    let tree = ModuleTree::open(&dir).unwrap();
    let message = tree.resolve(["9p"], []).unwrap_err().to_string();
    assert!(message.contains("kernel 6.1.0-test has no module 9p"));
    assert!(message.contains(dir.to_str().unwrap()));
}

#[test]
fn a_missing_list_is_named() {
    let (_root, dir) = tree(&[]);
    let message = ModuleTree::open(&dir).unwrap_err().to_string();
    assert!(message.contains("6.1.0-test/modules.dep"), "{message}");
    assert!(message.contains("depmod"), "{message}");
}

#[test]
fn every_compression_gives_the_same_module() {
    let (_root, dir) = tree(&[]);
    let content = [b"\x7fELF".as_slice(), &[42; 70_000], b"end"].concat();
    let gzip = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(&content).unwrap();
        out.finish().unwrap()
    };
    let xz = {
        let options = lzma_rust2::XzOptions::with_preset(1);
        let mut out = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
        out.write_all(&content).unwrap();
        out.finish().unwrap()
    };
    let zstd = ruzstd::encoding::compress_to_vec(
        content.as_slice(),
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    for (suffix, data) in [
        ("", &content),
        (".gz", &gzip),
        (".xz", &xz),
        (".zst", &zstd),
    ] {
        let path = dir.join(format!("some-module.ko{suffix}"));
        fs::write(&path, data).unwrap();
        let module = Module::load(&path).unwrap();
        assert_eq!(module.file_name, "some-module.ko");
        assert!(module.data == content, "{suffix}");
        if !suffix.is_empty() {
            fs::write(&path, &data[..data.len() - 9]).unwrap();
            let message = Module::load(&path).unwrap_err().to_string();
            assert!(message.contains(path.to_str().unwrap()), "{message}");
        }
    }
}

#[test]
fn a_file_that_is_no_module_is_refused() {
    let (_root, dir) = tree(&[("text.ko", "text")]);
    let message = Module::load(&dir.join("text.ko")).unwrap_err().to_string();
    assert!(message.contains("text.ko: it holds no kernel module"));
    assert!(Module::load(&dir.join("absent.ko")).is_err());
}

#[test]
fn the_installed_kernel_has_what_is_needed() {
    let dir = newest_installed();
    let tree = ModuleTree::open(&dir).unwrap();
    let files = tree
        .resolve(NEEDED, ["virtio_net", "virtio_blk", "overlay", "unix"])
        .unwrap();
    let names = names(&files);
    for (early, late) in [
        ("virtio_ring.ko", "virtio.ko"),
        ("virtio.ko", "virtio_pci.ko"),
        ("9pnet.ko", "9p.ko"),
        ("9pnet.ko", "9pnet_virtio.ko"),
        ("failover.ko", "virtio_net.ko"),
    ] {
        let place = |name: &str| names.iter().position(|found| found == name);
        // What is built in, as virtio is in Debian 13, is not loaded.
        let is_right = place(late).is_none() || place(early) < place(late);
        assert!(is_right, "{early} {late} in {names:?}");
    }
    for path in files {
        let module = Module::load(&path).unwrap();
        assert!(module.data.len() > 1000, "{}", path.display());
    }
}

fn newest_installed() -> PathBuf {
    let mut dirs: Vec<PathBuf> = fs::read_dir("/lib/modules")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|dir| dir.join("modules.dep").exists())
        .collect();
    dirs.sort();
    dirs.pop().expect("linux-image-amd64 is installed")
}

#[test]
fn a_chain_of_any_length_is_followed() {
    const LENGTH: usize = 200_000;
    let chain: String = (0..LENGTH)
        .map(|number| format!("m{number}.ko: m{}.ko\n", number + 1))
        .chain([format!("m{LENGTH}.ko:\n")])
        .collect();
    let (_root, dir) = tree(&[("modules.dep", &chain)]);
    let files = ModuleTree::open(&dir).unwrap().resolve(["m0"], []).unwrap();
    assert_eq!(files.len(), LENGTH + 1);
    assert_eq!(files[0], dir.join(format!("m{LENGTH}.ko")));
}

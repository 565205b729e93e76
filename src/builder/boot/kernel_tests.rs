//! Tests of the choice of a kernel, on a made-up host.

use super::*;

struct Host {
    root: tempfile::TempDir,
    places: Places,
}

impl Host {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let places = Places {
            boot: root.path().join("boot"),
            modules: vec![root.path().join("lib"), root.path().join("usr")],
        };
        fs::create_dir(&places.boot).unwrap();
        Self { root, places }
    }

    fn image(&self, name: &str) -> PathBuf {
        let path = self.places.boot.join(name);
        fs::write(&path, "image").unwrap();
        path
    }

    fn modules(&self, release: &str) -> PathBuf {
        let dir = self.places.modules[0].join(release);
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("modules.dep"), "").unwrap();
        dir
    }

    fn kernel(&self, release: &str) {
        self.image(&format!("vmlinuz-{release}"));
        self.modules(release);
    }

    fn choose(&self, request: &KernelRequest) -> Result<Kernel, KernelError> {
        request.choose(&self.places)
    }

    /// What is chosen when nothing is configured.
    fn release(&self, running: &str) -> Result<String, KernelError> {
        let request = KernelRequest {
            running: running.into(),
            ..Default::default()
        };
        self.choose(&request).map(|kernel| kernel.release)
    }
}

#[test]
fn the_running_kernel_comes_first() {
    let host = Host::new();
    host.kernel("6.1.0-1");
    host.kernel("6.1.0-2");
    assert_eq!(host.release("6.1.0-1").unwrap(), "6.1.0-1");
}

#[test]
fn else_the_newest_with_modules() {
    let host = Host::new();
    host.kernel("6.1.0-9");
    host.kernel("6.1.0-10");
    host.image("vmlinuz-6.1.0-11");
    host.modules("6.1.0-12");
    host.modules("6.18.0-running");
    let request = KernelRequest {
        running: "6.18.0-running".into(),
        ..Default::default()
    };
    let kernel = host.choose(&request).unwrap();
    assert_eq!(kernel.release, "6.1.0-10");
    assert!(kernel.why.contains("6.18.0-running"), "{}", kernel.why);
}

#[test]
fn an_image_may_lie_with_its_modules() {
    let host = Host::new();
    host.kernel("6.1.0-1");
    let dir = host.places.modules[1].join("6.2.0-1");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("modules.dep"), "").unwrap();
    fs::write(dir.join("vmlinuz"), "image").unwrap();
    let kernel = host.choose(&KernelRequest::default()).unwrap();
    assert_eq!(kernel.image, dir.join("vmlinuz"));
    assert_eq!(kernel.modules, dir);
}

#[test]
fn a_configured_release_is_the_only_one() {
    let host = Host::new();
    host.kernel("6.1.0-1");
    host.kernel("6.1.0-2");
    let mut request = KernelRequest {
        release: Some("6.1.0-1".into()),
        running: "6.1.0-2".into(),
        ..Default::default()
    };
    assert_eq!(host.choose(&request).unwrap().release, "6.1.0-1");
    request.release = Some("5.0.0".into());
    let message = host.choose(&request).unwrap_err().to_string();
    for name in [
        "found no kernel 5.0.0",
        "boot/vmlinuz-5.0.0",
        "lib/5.0.0/modules.dep",
        "usr/5.0.0/modules.dep",
        "usr/5.0.0/vmlinuz",
    ] {
        assert!(message.contains(name), "{name} in {message}");
    }
}

#[test]
fn a_configured_image_tells_its_release() {
    let host = Host::new();
    let path = host.image("vmlinuz-named");
    let modules = host.modules("named");
    let request = KernelRequest {
        path: Some(path.clone()),
        ..Default::default()
    };
    let kernel = host.choose(&request).unwrap();
    assert_eq!(
        (kernel.release.as_str(), &kernel.modules),
        ("named", &modules)
    );
    // What the image says counts more than its name.
    let modules = host.modules("6.6.6");
    fs::write(&path, "\x7fELF Linux version 6.6.6 (x)").unwrap();
    let kernel = host.choose(&request).unwrap();
    assert_eq!(
        (kernel.release.as_str(), &kernel.modules),
        ("6.6.6", &modules)
    );
    // And what is configured counts most.
    let request = KernelRequest {
        release: Some("named".into()),
        ..request
    };
    assert_eq!(host.choose(&request).unwrap().release, "named");
}

#[test]
fn a_configured_image_without_release_or_modules_is_an_error() {
    let host = Host::new();
    let mut request = KernelRequest {
        path: Some(host.image("something")),
        ..Default::default()
    };
    let message = host.choose(&request).unwrap_err().to_string();
    assert!(message.contains("boot/something"), "{message}");
    request.path = Some(host.image("vmlinuz-7.0.0"));
    let message = host.choose(&request).unwrap_err().to_string();
    assert!(message.contains("lib/7.0.0/modules.dep"), "{message}");
    let pipe = host.places.boot.join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRUSR).unwrap();
    request.path = Some(pipe);
    let message = host.choose(&request).unwrap_err().to_string();
    assert!(message.contains("boot/pipe: it is not a regular file"));
    request.path = Some(host.places.boot.join("absent"));
    let message = host.choose(&request).unwrap_err().to_string();
    assert!(message.contains("boot/absent"), "{message}");
}

#[test]
fn a_configured_module_directory_replaces_the_usual_ones() {
    let host = Host::new();
    host.kernel("6.1.0-1");
    host.kernel("6.1.0-2");
    let own = host.root.path().join("own");
    fs::create_dir_all(own.join("6.1.0-1")).unwrap();
    fs::write(own.join("6.1.0-1/modules.dep"), "").unwrap();
    let request = KernelRequest {
        module_dir: Some(own.clone()),
        ..Default::default()
    };
    let kernel = host.choose(&request).unwrap();
    assert_eq!(kernel.modules, own.join("6.1.0-1"));
}

#[test]
fn an_unreadable_image_is_passed_over_and_named() {
    let host = Host::new();
    host.kernel("6.1.0-1");
    host.modules("6.1.0-2");
    // A directory is no image for any user, root included.
    let path = host.places.boot.join("vmlinuz-6.1.0-2");
    fs::create_dir(&path).unwrap();
    assert_eq!(host.release("").unwrap(), "6.1.0-1");
    fs::remove_file(host.places.boot.join("vmlinuz-6.1.0-1")).unwrap();
    let message = host.release("").unwrap_err().to_string();
    assert!(message.contains("boot/vmlinuz-6.1.0-2 ("), "{message}");
}

#[test]
fn a_forbidden_image_says_what_to_do() {
    let host = Host::new();
    let path = host.image("vmlinuz-6.1.0-1");
    let error = KernelError::Image {
        path,
        source: io::ErrorKind::PermissionDenied.into(),
    };
    let message = error.to_string();
    assert!(message.contains("boot/vmlinuz-6.1.0-1"), "{message}");
    assert!(message.contains("chmod a+r"), "{message}");
}

#[test]
fn nothing_installed_names_where_kernels_are_expected() {
    let host = Host::new();
    let message = host.release("6.18.0-running").unwrap_err().to_string();
    for name in ["boot/vmlinuz-6.18.0-running", "boot/vmlinuz-*"] {
        assert!(message.contains(name), "{name} in {message}");
    }
}

#[test]
fn the_installed_kernel_is_found() {
    let kernel = KernelRequest::default().choose(&Places::default()).unwrap();
    let mut image = File::open(&kernel.image).unwrap();
    let release = release::of_image(&mut image).unwrap();
    assert_eq!(release.as_deref(), Some(kernel.release.as_str()));
    assert!(kernel.modules.join("modules.builtin").exists());
}

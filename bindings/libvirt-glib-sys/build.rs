//! Links the C libraries that pkg-config finds.

fn main() {
    if let Err(error) = system_deps::Config::new().probe() {
        println!("cargo::error={error}");
    }
}

//! Stamps the library with the release that whoever builds says it is.

fn main() {
    println!("cargo::rerun-if-env-changed=RELEASE");
    let release = std::env::var("RELEASE").unwrap_or_else(|_| "unreleased".into());
    println!("cargo::rustc-env=CATALOG_RELEASE={release}");
}

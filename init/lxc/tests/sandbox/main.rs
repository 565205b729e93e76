//! The first process of a container with real programs, in namespaces as a container has them.

mod console;
mod host;
mod input_file;
mod isolation;
mod mounts;
mod overlay;
mod service;
mod streams;
mod terminal;

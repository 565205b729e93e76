//! The first process of a container with real programs, in namespaces as a container has them.

mod host;
mod input_file;
mod isolation;
mod mounts;
mod streams;
mod terminal;

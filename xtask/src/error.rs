//! What can go wrong: all of it is for people to read.

pub type Error = Box<dyn std::error::Error>;

//! One file of Rust, as far as arrows begin in it: its modules, what they import, and the paths they name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A module of a crate, in a file of its own or not.
#[derive(Debug, Default)]
pub struct Module {
    /// Its names from the root of the crate, which has none.
    pub path: Vec<String>,
    pub file: PathBuf,
    /// Whether it is compiled for tests alone.
    pub is_test: bool,
    pub children: BTreeSet<String>,
    /// What a name that it imports stands for, as it is written there.
    pub imports: BTreeMap<String, Vec<String>>,
    pub named: Vec<Named>,
}

/// A path that stands in a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
    /// Whether it gives the module a name, and leaves to the places where that stands what is used.
    pub is_import: bool,
}

/// A module that the source of another one declares to be in a file of its own.
#[derive(Debug)]
pub struct Declared {
    pub path: Vec<String>,
    /// The file, if an attribute tells it.
    pub file: Option<PathBuf>,
    pub is_test: bool,
}

/// What the attributes before an item say.
#[derive(Default)]
struct Attributes {
    path: Option<PathBuf>,
    is_test: bool,
}

/// Reads the tokens of a file: the module that it is, those within, and those it declares.
pub fn modules(tokens: TokenStream, module: Module) -> (Vec<Module>, Vec<Declared>) {
    let mut walk = Walk::default();
    walk.module(tokens, module);
    (walk.modules, walk.declared)
}

#[derive(Default)]
struct Walk {
    modules: Vec<Module>,
    declared: Vec<Declared>,
}

impl Walk {
    fn module(&mut self, tokens: TokenStream, mut module: Module) {
        self.tokens(tokens, &mut module);
        self.modules.push(module);
    }

    fn tokens(&mut self, tokens: TokenStream, module: &mut Module) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut attributes = Attributes::default();
        let mut rest = &tokens[..];
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match first {
                TokenTree::Punct(mark) if mark.as_char() == ';' => {
                    attributes = Attributes::default()
                }
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    if let Some(group) = after.iter().take(2).find_map(as_attribute) {
                        attributes.add(group);
                    }
                }
                // The path of another crate.
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    if let [TokenTree::Punct(second), TokenTree::Ident(_), tail @ ..] = after
                        && second.as_char() == ':'
                    {
                        rest = tail;
                    }
                }
                // How far a thing is seen is no use of what is there.
                TokenTree::Ident(word) if word == "pub" => rest = behind_visibility(after),
                TokenTree::Group(group) => {
                    self.tokens(group.stream(), module);
                    if group.delimiter() == Delimiter::Brace {
                        attributes = Attributes::default();
                    }
                }
                TokenTree::Ident(word) if word == "mod" => {
                    rest = self.submodule(after, &attributes, module);
                    attributes = Attributes::default();
                }
                TokenTree::Ident(word) if word == "use" => {
                    rest = import(after, &[], module);
                    attributes = Attributes::default();
                }
                TokenTree::Ident(word) => {
                    let mut path = vec![word.to_string()];
                    rest = segments(after, &mut path);
                    // What follows the root may be filled in by a macro.
                    let is_open = word == "crate" && colons(rest) == 2;
                    if path.len() > 1 || is_open {
                        let line = word.span().start().line;
                        module.named.push(Named {
                            path,
                            line,
                            is_import: false,
                        });
                    }
                }
                _ => {}
            }
        }
    }

    /// What follows the word `mod`.
    fn submodule<'a>(
        &mut self,
        tokens: &'a [TokenTree],
        attributes: &Attributes,
        parent: &mut Module,
    ) -> &'a [TokenTree] {
        let [TokenTree::Ident(name), body, rest @ ..] = tokens else {
            return tokens;
        };
        let name = name.to_string();
        let path = [&parent.path[..], std::slice::from_ref(&name)].concat();
        let is_test = parent.is_test || attributes.is_test;
        parent.children.insert(name);
        match body {
            TokenTree::Group(body) => self.module(
                body.stream(),
                Module {
                    path,
                    is_test,
                    file: parent.file.clone(),
                    ..Module::default()
                },
            ),
            _ => self.declared.push(Declared {
                path,
                is_test,
                file: attributes.path.clone(),
            }),
        }
        rest
    }
}

impl Attributes {
    fn add(&mut self, attribute: &Group) {
        let text = attribute.stream().to_string().replace(' ', "");
        if let Some(path) = text.strip_prefix("path=") {
            self.path = Some(Path::new(path.trim_matches('"')).to_owned());
        }
        self.is_test |= text == "cfg(test)";
    }
}

fn as_attribute(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    }
}

/// How many colons come next.
fn colons(tokens: &[TokenTree]) -> usize {
    let is_colon =
        |token: &&TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ':');
    tokens.iter().take_while(is_colon).count()
}

/// What is behind `(in …)`, if that is next.
fn behind_visibility(tokens: &[TokenTree]) -> &[TokenTree] {
    match tokens {
        [TokenTree::Group(group), rest @ ..] if is_visibility(group) => rest,
        _ => tokens,
    }
}

fn is_visibility(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(word)) if word == "in")
}

/// Adds the names that follow, each after a `::`.
fn segments<'a>(mut tokens: &'a [TokenTree], path: &mut Vec<String>) -> &'a [TokenTree] {
    while let [
        TokenTree::Punct(first),
        TokenTree::Punct(second),
        TokenTree::Ident(name),
        rest @ ..,
    ] = tokens
        && first.as_char() == ':'
        && second.as_char() == ':'
    {
        path.push(name.to_string());
        tokens = rest;
    }
    tokens
}

/// What follows the word `use`, or a `{` or `,` in it: one tree of paths, below `prefix`.
fn import<'a>(
    mut tokens: &'a [TokenTree],
    prefix: &[String],
    module: &mut Module,
) -> &'a [TokenTree] {
    let mut path = prefix.to_vec();
    let mut line = 0;
    let mut is_whole = false;
    if let [TokenTree::Ident(first), rest @ ..] = tokens {
        line = first.span().start().line;
        // The prefix itself, as in `{self, …}`.
        if first != "self" || prefix.is_empty() {
            path.push(first.to_string());
        }
        tokens = segments(rest, &mut path);
    }
    let marks = colons(tokens);
    tokens = &tokens[marks..];
    match tokens {
        [TokenTree::Group(group), rest @ ..] => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut inner = &inner[..];
            while !inner.is_empty() {
                inner = import(inner, &path, module);
                inner = inner.get(1..).unwrap_or_default();
            }
            return rest;
        }
        [TokenTree::Ident(word), TokenTree::Ident(name), rest @ ..] if word == "as" => {
            module.imports.insert(name.to_string(), path.clone());
            tokens = rest;
        }
        [TokenTree::Punct(mark), rest @ ..] if mark.as_char() == '*' => {
            tokens = rest;
            is_whole = true;
        }
        _ => {
            if let Some(name) = path.last() {
                module.imports.insert(name.clone(), path.clone());
            }
        }
    }
    module.named.push(Named {
        path,
        line,
        is_import: !is_whole,
    });
    tokens
}

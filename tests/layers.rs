//! Who may import whom: the architecture of the library, as a test.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The rooms by their floors. A file uses its own room and lower floors; rooms of one floor never
/// use each other.
const FLOORS: &[&[&str]] = &[
    &["error", "secret", "time"],
    &["net", "value"],
    &["access", "user"],
    &["mail", "password", "store"],
    &["token"],
    &["config", "hooks", "oauth"],
    &["auth"],
    &["flow"],
    &["http"],
    &["testing"],
];

/// Which rooms know which crates. The smallest client of HTTP, in `net`, is the one that the server in `http`
/// has compiled already.
const GUESTS: &[(&str, &[&str])] = &[
    ("argon2", &["password"]),
    // In net it is a module of rustls.
    ("aws_lc_rs", &["net", "token"]),
    ("axum", &["http"]),
    ("bcrypt", &["password"]),
    ("chacha20poly1305", &["token"]),
    ("hyper", &["http", "net"]),
    ("hyper_util", &["http", "net"]),
    ("jsonwebtoken", &["token"]),
    ("lettre", &["mail"]),
    ("minijinja", &["mail"]),
    ("pkcs8", &["token"]),
    ("redis", &["store"]),
    ("rustix", &["password"]),
    ("rustls", &["net"]),
    ("sqlx", &["store"]),
    ("tokio_rustls", &["net"]),
    ("tower", &["http"]),
    ("tower_http", &["http"]),
    ("tower_layer", &["http"]),
    ("tower_service", &["http"]),
    ("utoipa", &["http", "user"]),
    ("webpki_roots", &["net"]),
];

const LONGEST_FILE: usize = 500;
const MEDIAN_FILE: usize = 150;

#[test]
fn a_file_uses_its_own_room_and_lower_ones() {
    let mut wrong = Vec::new();
    for file in library() {
        let Some(floor) = floor_of(&file.room) else { continue };
        for (number, line) in file.code() {
            for used in rooms_named(&line) {
                let Some(theirs) = floor_of(&used) else { continue };
                if used != file.room && theirs >= floor {
                    wrong.push(format!(
                        "{}:{number}: `{}` uses `{used}`: {line}",
                        file.name, file.room
                    ));
                }
            }
            if file.depth() <= supers(&line) {
                wrong.push(format!("{}:{number}: leaves its room by `super`: {line}", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_room_stands_on_a_floor() {
    let known: Vec<_> = FLOORS
        .iter()
        .flat_map(|rooms| rooms.iter().copied())
        .chain(["__private", "lib", "manual"])
        .collect();
    let strangers: Vec<_> = library()
        .into_iter()
        .filter(|file| !known.contains(&file.room.as_str()))
        .map(|file| file.name)
        .collect();
    assert!(strangers.is_empty(), "no floor for {strangers:?}");
}

#[test]
fn a_crate_is_known_in_its_own_room_only() {
    let mut wrong = Vec::new();
    for file in library() {
        for (number, line) in file.code() {
            for (guest, hosts) in GUESTS {
                let named = mentions(&line, guest);
                if named && !hosts.contains(&file.room.as_str()) {
                    wrong.push(format!(
                        "{}:{number}: `{guest}` belongs to {hosts:?}: {line}",
                        file.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_feature_opens_a_module_or_a_name_and_nothing_else() {
    let mut wrong = Vec::new();
    for file in library() {
        let code: Vec<_> = file.code().collect();
        for (index, (number, line)) in code.iter().enumerate() {
            if !line.contains("cfg(") || !line.contains("feature") {
                continue;
            }
            let opened = code[index + 1..]
                .iter()
                .map(|(_, line)| line.as_str())
                .find(|line| !line.starts_with("#["));
            let opens = |line: &str| {
                let line = line
                    .trim_start_matches("pub(crate) ")
                    .trim_start_matches("pub(super) ")
                    .trim_start_matches("pub ");
                line.starts_with("mod ") || line.starts_with("use ")
            };
            if !opened.is_some_and(opens) {
                wrong.push(format!("{}:{number}: {line}", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn files_are_short() {
    let root = root();
    for folder in ["fastauth/src", "fastauth-macros/src"] {
        let mut lengths: Vec<(usize, String)> = sources(&root.join(folder))
            .iter()
            .map(|path| (read(path).lines().count(), shown(path)))
            .collect();
        lengths.sort();
        let (longest, name) = lengths.last().expect("there are files");
        assert!(*longest <= LONGEST_FILE, "{name} has {longest} lines");
        let (median, _) = lengths[lengths.len() / 2];
        assert!(median <= MEDIAN_FILE, "the median file of {folder} has {median} lines");
    }
}

/// The checks above must be able to fail.
#[test]
fn the_checks_see_what_they_look_for() {
    assert_eq!(
        rooms_named("use crate::{error::Code, store::{Owner, Session}, user::AuthUser};"),
        ["error", "store", "user"]
    );
    assert_eq!(rooms_named("crate::flow::Issued"), ["flow"]);
    assert!(mentions("use sqlx::Row;", "sqlx") && !mentions("use my_sqlx::Row;", "sqlx"));
    assert_eq!(supers("use super::super::http;"), 2);
    let source = File {
        name: "x.rs".into(),
        room: "x".into(),
        text: "a // crate::b\n/* crate::c */ d\n\"crate::e\"".into(),
        path: PathBuf::new(),
    };
    let code: Vec<_> = source.code().map(|(_, line)| line).collect();
    assert_eq!(code, ["a", "d", "\"\""]);
}

struct File {
    name: String,
    path: PathBuf,
    room: String,
    text: String,
}

impl File {
    /// The lines that are code: no comments, no text in quotes, no imports over several lines, no
    /// tests.
    fn code(&self) -> impl Iterator<Item = (usize, String)> {
        let before_tests = self.text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        let bare = without_comments_and_texts(&before_tests);
        let mut joined: BTreeMap<usize, String> = BTreeMap::new();
        let mut open: Option<usize> = None;
        for (index, line) in bare.lines().enumerate() {
            let start = open.unwrap_or(index + 1);
            let entry = joined.entry(start).or_default();
            entry.push_str(line.trim());
            let is_use = entry
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("pub ")
                .starts_with("use ");
            open = (is_use && !entry.ends_with(';')).then_some(start);
        }
        joined.into_iter().filter(|(_, line)| !line.is_empty())
    }

    /// How many modules lie between the file and the root of the crate.
    fn depth(&self) -> usize {
        self.path.components().count()
    }
}

fn library() -> Vec<File> {
    let source = root().join("fastauth/src");
    let files = sources(&source).into_iter().map(|path| {
        let inside = path.strip_prefix(&source).expect("it was found there").with_extension("");
        let room = inside
            .components()
            .next()
            .expect("a file has a name")
            .as_os_str()
            .to_string_lossy()
            .into_owned();
        File { name: shown(&path), room, text: read(&path), path: inside }
    });
    files.collect()
}

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The rooms that a line names by `crate::…`.
fn rooms_named(line: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    let mut named = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let after = &line[at + "crate::".len()..];
        let Some(group) = after.strip_prefix('{') else {
            named.push(word(after));
            continue;
        };
        let mut depth = 0;
        let mut first = true;
        for (index, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => first = true,
                c if first && depth == 0 && !c.is_whitespace() => {
                    named.push(word(&group[index..]));
                    first = false;
                }
                _ => {}
            }
        }
    }
    named
}

fn mentions(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + name.len()..];
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            && after.starts_with("::")
            && !line[..at].ends_with("crate::")
    })
}

/// The longest chain of `super::` in a line.
fn supers(line: &str) -> usize {
    (1..=6).rev().find(|count| line.contains(&"super::".repeat(*count))).unwrap_or(0)
}

fn without_comments_and_texts(source: &str) -> String {
    let mut bare = String::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else if c == '"' {
            bare.push_str("\"\"");
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            rest = end.map_or("", |end| &rest[end + 2..]);
        } else if rest.starts_with("'\"'") {
            rest = &rest[3..];
        } else {
            bare.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    bare
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path());
    let mut found: Vec<_> = entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is above").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file can be read")
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

//! What holds of every message, on any compiler: read from the fixtures, nothing is compiled.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A fixture, and what the compiler is expected to say of it.
struct Fixture {
    path: PathBuf,
    source: String,
    said: String,
}

#[test]
fn one_mistake_is_one_error_and_under_the_marked_line() {
    for fixture in fixtures() {
        let marked: BTreeSet<usize> = fixture
            .source
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains("//~ ERROR"))
            .map(|(index, _)| index + 1)
            .collect();
        let lines: Vec<usize> = errors(&fixture.said).map(line_of).collect();
        assert_eq!(lines.len(), marked.len(), "errors of {}", fixture.path.display());
        assert_eq!(
            lines.into_iter().collect::<BTreeSet<_>>(),
            marked,
            "{}",
            fixture.path.display()
        );
    }
}

#[test]
fn a_message_points_at_the_users_code_and_names_nothing_of_ours() {
    for fixture in fixtures() {
        for word in [
            "__private",
            "originates in the derive macro",
            "in the attribute macro",
            "$RUST/",
            "__F",
            "__N",
        ] {
            assert!(!fixture.said.contains(word), "`{word}` in {}", fixture.path.display());
        }
    }
}

#[test]
fn a_message_is_lower_case_and_fits_a_line() {
    for fixture in fixtures() {
        for error in errors(&fixture.said) {
            let first = error.lines().next().unwrap_or_default();
            let message = first.split_once(": ").map_or(first, |(_, message)| message);
            let path = fixture.path.display();
            assert!(!message.starts_with(char::is_uppercase), "{path}: {message}");
            assert!(!message.ends_with('.'), "{path}: {message}");
            assert!(message.chars().count() <= 100, "{path}: {message}");
        }
    }
}

#[test]
fn a_fixture_is_short_and_names_its_mistake() {
    for fixture in fixtures() {
        let path = fixture.path.display();
        assert!(fixture.source.starts_with("// Mistake"), "{path}");
        assert!(fixture.source.lines().count() <= 20, "{path}");
    }
}

fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let themes = folder(root).into_iter().filter(|path| path.is_dir());
    let files = themes.flat_map(|theme| folder(&theme));
    let sources = files.filter(|path| path.extension().is_some_and(|it| it == "rs"));
    let own = ["src", "tests"].map(|folder| root.join(folder));
    let fixtures: Vec<_> = sources
        .filter(|path| !own.iter().any(|own| path.starts_with(own)))
        .map(|path| Fixture {
            source: read(&path),
            said: read(&path.with_extension("stderr")),
            path,
        })
        .collect();
    assert!(fixtures.len() > 50, "the fixtures are not where they were");
    fixtures
}

fn folder(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten();
    entries.filter_map(Result::ok).map(|entry| entry.path()).collect()
}

fn read(path: &Path) -> String {
    let text = fs::read_to_string(path);
    assert!(text.is_ok(), "{} cannot be read", path.display());
    text.unwrap_or_default()
}

/// What was said, error by error.
fn errors(said: &str) -> impl Iterator<Item = &str> {
    let starts = said.match_indices("error").map(|(at, _)| at);
    let starts: Vec<_> =
        starts.filter(|at| *at == 0 || said.get(at - 1..*at) == Some("\n")).collect();
    let ends = starts.iter().copied().skip(1).chain([said.len()]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).filter_map(|(start, end)| said.get(start..end))
}

/// The line the caret is under.
fn line_of(error: &str) -> usize {
    let arrow = error.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
    let line = arrow.and_then(|at| at.split(':').nth(1)).and_then(|line| line.parse().ok());
    line.unwrap_or_default()
}

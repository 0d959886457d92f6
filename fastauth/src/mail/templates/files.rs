use std::{borrow::Cow, collections::BTreeMap, fs, io, path::Path};

use super::name::TemplateName;
use crate::error::{SetupError, SetupProblem, nearest};

/// The templates of a folder, by their names.
pub(super) fn read(folder: &Path) -> Result<BTreeMap<TemplateName, Cow<'static, str>>, SetupError> {
    let unreadable = |error: &io::Error, path: &Path| {
        let cause = format!("{}: {error}", path.display());
        SetupProblem::new("no mail templates", cause, "give a folder with files of UTF-8 text")
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(&error, folder))?;
    let mut templates = BTreeMap::new();
    let mut problems = Vec::new();
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        if file.starts_with('.') {
            continue;
        }
        let Some(name) = TemplateName::named(&file) else {
            problems.push(unknown(&file, folder));
            continue;
        };
        match fs::read_to_string(&path) {
            Ok(source) => drop(templates.insert(name, source.into())),
            Err(error) => problems.push(unreadable(&error, &path)),
        }
    }
    SetupError::check(problems)?;
    Ok(templates)
}

fn unknown(file: &str, folder: &Path) -> SetupProblem {
    let names: Vec<_> = TemplateName::all().map(|name| name.to_string()).collect();
    let fix = match nearest(file, names.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`? otherwise keep the file elsewhere"),
        None => format!("the names are {}", names.join(", ")),
    };
    let cause =
        format!("`{}` in {} is the name of no template", file.escape_debug(), folder.display());
    SetupProblem::new("unknown mail template", cause, fix)
}

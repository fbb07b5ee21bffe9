//! `journal apply`: the narrative as JSON, all of it or nothing; `journal schema`: what that JSON may hold.

use serde_json::{Value, json};

use crate::cli::{Apply, TextOrJson};
use crate::commands::shared::statements::{Writer, standard_input};
use crate::commands::{Environment, Report};
use crate::document::narrative::{self, Refusal};
use crate::error::{Error, Kind, Result};
use crate::session_store::short;
use crate::terminal::{FAINT, styled};
use crate::words::{count, list};

pub(super) fn run(arguments: &Apply, env: &Environment) -> Result<Report> {
    let mut writer = Writer::open(&arguments.author, env)?;
    let narrative = read(arguments, env)?;
    let statements = narrative::statements(&narrative).map_err(refused)?;
    let mut recorded: Vec<(&str, String)> = Vec::new();
    for (field, value) in &statements {
        if let Some(id) = writer.state(field, value)? {
            recorded.push((field.key, id));
        }
    }
    let known = statements.len() - recorded.len();
    Ok(match arguments.format {
        TextOrJson::Json => Report::document(format!("{:#}\n", output(&recorded, known))),
        TextOrJson::Text => Report::say(std::iter::once(line(&recorded, known)).chain(writer.late())),
    })
}

fn read(arguments: &Apply, env: &Environment) -> Result<Value> {
    let (name, text) = match arguments.file.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let text = std::fs::read_to_string(env.cwd.join(path));
            let name = path.display().to_string();
            let missing = |error: std::io::Error| {
                Error::new(Kind::Nothing, format!("{name} cannot be read: {error}")).hint("journal schema prints what such a file holds")
            };
            (name.clone(), text.map_err(missing)?)
        }
        None => ("standard input".to_owned(), standard_input()?),
    };
    serde_json::from_str(&text)
        .map_err(|error| Error::new(Kind::Usage, format!("{name} is no JSON: {error}")).hint("journal schema prints what it may hold"))
}

/// The refusal names the key's path and the nearest valid one.
fn refused(refusal: Refusal) -> Error {
    let place = if refusal.path.is_empty() { String::new() } else { format!("`{}`: ", refusal.path) };
    let hint = match refusal.nearest {
        Some(nearest) => format!("the nearest valid key is `{nearest}`; journal schema prints all"),
        None => "journal schema prints what each key takes".to_owned(),
    };
    Error::new(Kind::Usage, format!("{place}{}; nothing was recorded", refusal.what)).hint(hint)
}

fn output(recorded: &[(&str, String)], known: usize) -> Value {
    let recorded: Vec<Value> = recorded.iter().map(|(field, id)| json!({ "field": field, "id": id })).collect();
    json!({ "changed": !recorded.is_empty(), "recorded": recorded, "known": known })
}

fn line(recorded: &[(&str, String)], known: usize) -> String {
    let before = if known > 0 { format!("; {known} said before") } else { String::new() };
    if recorded.is_empty() {
        return format!("Nothing new{before}.");
    }
    let mut fields: Vec<String> = recorded.iter().map(|(field, _)| (*field).to_owned()).collect();
    fields.dedup();
    let undo = match recorded {
        [(_, id)] => format!("  (undo: journal undo {})", short(id)),
        _ => "  (undo: journal undo, which takes all of it back)".to_owned(),
    };
    let what = format!("applied {}{before}:", count(recorded.len(), "statement"));
    format!("{} {}{}", styled(FAINT, &what), list(&fields), styled(FAINT, &undo))
}

pub(super) fn schema() -> Report {
    Report::document(format!("{:#}\n", narrative::schema()))
}

//! `journal set`: fills a field that has one value; `--list` tells of all fields.

use serde_json::{Value, json};

use crate::cli::Set;
use crate::commands::shared::statements::{Writer, meant, narrative};
use crate::commands::{Environment, Report};
use crate::document::fields::{FIELDS, Field, Shape, field};
use crate::document::narrative::{Narrative, check, unknown};
use crate::error::{Error, Kind, Result};
use crate::secrets::masked;
use crate::session::Session;
use crate::terminal::{ADDED, FAINT, STRONG, clean, styled};

pub(super) fn run(arguments: &Set, env: &Environment) -> Result<Report> {
    if arguments.list {
        return list(arguments, env);
    }
    let key = arguments.field.as_deref().expect("clap requires a field where no list is asked for");
    let field = settable(key)?;
    let mut writer = Writer::open(&arguments.author, env)?;
    let text = writer.text(arguments.text.as_deref().filter(|_| !arguments.edit), &format!("`{key}`"))?;
    let value = value(&field.shape, &text);
    let checked = check(&field.shape, &value, key).map_err(|refusal| {
        Error::new(Kind::Usage, format!("`{}`: {}", refusal.path, refusal.what)).hint("journal set --list tells what each field takes")
    })?;
    let id = writer.state(field, &checked.expect("a text that is not empty says something"))?;
    Ok(writer.report_recorded(field.key, &masked(&text), id.as_deref()))
}

/// The field of this key, where it has one value or a list of names.
fn settable(key: &str) -> Result<&'static Field> {
    let Some(field) = field(key) else {
        let refusal = unknown(key);
        let nearest = refusal.nearest.map(|near| format!("do you mean `{near}`? ")).unwrap_or_default();
        return Err(
            Error::new(Kind::Usage, format!("`{key}`: {}", refusal.what)).hint(format!("{nearest}journal set --list prints all fields"))
        );
    };
    if field.add.is_some() || field.said_by.is_some() {
        return Err(Error::new(Kind::Usage, format!("`{key}` is a list")).hint(field.command()));
    }
    Ok(field)
}

/// What was typed as the value that the field takes; what cannot be read is left for the check to refuse.
pub(super) fn value(shape: &Shape, typed: &str) -> Value {
    let lower = typed.to_lowercase();
    match shape {
        Shape::YesNo if matches!(lower.as_str(), "yes" | "y" | "true") => true.into(),
        Shape::YesNo if matches!(lower.as_str(), "no" | "n" | "false") => false.into(),
        Shape::Number => typed.parse::<u32>().map_or(typed.into(), Value::from),
        Shape::Choice(_) => lower.into(),
        Shape::Names => typed.split(',').map(str::trim).filter(|name| !name.is_empty()).collect(),
        _ => json!(typed),
    }
}

fn list(arguments: &Set, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let recorded = match &arguments.author.session {
        Some(name) => Some(meant(&workspace.sessions, Some(name))?),
        None => workspace.sessions.active()?,
    };
    let narrative = recorded.as_ref().map(|recorded| narrative(&recorded.session)).unwrap_or_default();
    let session = recorded.as_ref().map(|recorded| &recorded.session);
    let mut text = String::new();
    let mut heading = "";
    for field in FIELDS {
        if field.heading != heading {
            heading = field.heading;
            text += &format!("{}{}\n", if text.is_empty() { "" } else { "\n" }, styled(STRONG, heading));
        }
        text += &line(field, is_said(field, &narrative, session));
    }
    Ok(Report::document(text))
}

/// `  ✓ root_cause.problem  The actual problem`
fn line(field: &Field, filled: bool) -> String {
    let mark = if filled { styled(ADDED, "✓") } else { " ".to_owned() };
    let how = match field.add {
        Some(add) => format!(" [add {}{}]", add.kind, add.flag.map(|flag| format!(" --{flag}")).unwrap_or_default()),
        None => {
            let own = field.said_by.map(|typed| typed.split(' ').take(2).collect::<Vec<_>>().join(" "));
            own.map(|command| format!(" [{command}]")).unwrap_or_default()
        }
    };
    format!("  {mark} {:<31} {}{}\n", field.key, clean(field.about), styled(FAINT, &how))
}

/// Whether somebody filled it, at the start or later.
fn is_said(field: &Field, narrative: &Narrative, session: Option<&Session>) -> bool {
    let at_start = session.is_some_and(|session| match field.key {
        "title" => session.started.title.is_some(),
        "session_type" => session.started.session_type.is_some(),
        "primary_goal" => session.started.goal.is_some(),
        "context.initial_situation" => session.started.situation.is_some(),
        "context.related" => !session.started.related.is_empty(),
        _ => false,
    });
    at_start || narrative.value(field.key).is_some()
}

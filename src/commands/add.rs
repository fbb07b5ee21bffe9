//! `journal add`: an entry of the document, a test or command that was run by hand, a mark of something going down or up.

use serde_json::{Value, json};

use crate::cli::{Add, Entry, HandRun, Impact, Stated, Test};
use crate::commands::run::within;
use crate::commands::shared::statements::{self, Writer, standard_input};
use crate::commands::{Environment, Report};
use crate::document::fields::{Field, Flag, Part, Record, Shape, field, place};
use crate::document::narrative::{check, merge};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Ran, Results, Via};
use crate::secrets::masked;

pub(super) fn run(arguments: &Add, env: &Environment) -> Result<Report> {
    match &arguments.entry {
        Entry::Stated(stated) => entry(stated, env),
        Entry::Test(test) => tested(test, env),
        Entry::Command(run) => ran(run, None, env),
        Entry::Impact(impact) => mark(impact, env),
    }
}

fn entry(stated: &Stated, env: &Environment) -> Result<Report> {
    let mut writer = Writer::open(&stated.author, env)?;
    let text = writer.text(stated.text.as_deref(), &format!("the {}", stated.kind))?;
    let field = place(stated.kind, stated.place, &text).expect("clap takes only the kinds and options of the table");
    let value = match &field.shape {
        Shape::Records(record) => item(&writer, field, record, stated, &text)?,
        _ if stated.parts.is_empty() => text.clone().into(),
        _ => {
            let message = format!("--{} says nothing about {}", stated.parts[0].0, field.about.to_lowercase());
            return Err(Error::new(Kind::Usage, message).hint(format!("journal add {} --help", stated.kind)));
        }
    };
    let id = writer.state(field, &value)?;
    Ok(writer.report_recorded(&what(stated), &identity(field, &value), id.as_deref()))
}

/// `next step`, `decision`: the kind with the option that placed it.
fn what(stated: &Stated) -> String {
    stated.place.map_or(stated.kind.to_owned(), |place| format!("{} ({place})", stated.kind))
}

/// What identifies the entry, without its secrets.
fn identity(field: &Field, value: &Value) -> String {
    let text = match &field.shape {
        Shape::Records(record) => &value[record.identity],
        _ => value,
    };
    masked(text.as_str().unwrap_or_default())
}

/// The item that the text and the options make.
fn item(writer: &Writer<'_>, field: &Field, record: &Record, stated: &Stated, text: &str) -> Result<Value> {
    let usage = |message: String| Error::new(Kind::Usage, message).hint(format!("journal add {} --help", stated.kind));
    let mut parts = statements::item(record, text);
    if let Some(Value::String(path)) = parts.get_mut("path").filter(|_| record.identity == "path") {
        *path = writer.path(path);
    }
    for (name, typed) in &stated.parts {
        let (part, flag) =
            part(record, name).ok_or_else(|| usage(format!("--{name} says nothing about {}", field.about.to_lowercase())))?;
        // before it is taken apart: a name and its value tell together what they are
        let typed = masked(&if typed == "-" { standard_input()? } else { typed.clone() });
        let value = (flag.read)(&typed).map_err(|why| usage(format!("--{name} `{typed}`: {why}")))?;
        merge(&part.shape, parts.entry(part.key).or_insert(Value::Null), &value);
    }
    let checked = check(&field.shape, &json!([parts]), field.key);
    let checked = checked.map_err(|refusal| usage(format!("`{}`: {}", refusal.path, refusal.what)))?;
    Ok(checked.and_then(|list| list.get(0).cloned()).expect("an item with a title says something"))
}

fn part<'a>(record: &'a Record, name: &str) -> Option<(&'a Part, &'a Flag)> {
    record.parts.iter().find_map(|part| Some((part, part.flags.iter().find(|flag| flag.name == name)?)))
}

fn tested(test: &Test, env: &Environment) -> Result<Report> {
    if test.run.exit.is_none() && test.passed.is_none() && test.failed.is_none() {
        let message = "how the test went is not said";
        return Err(Error::new(Kind::Usage, message).hint(
            "add --passed and --failed with numbers, or --exit with the exit code; what was checked in another way: journal add verification",
        ));
    }
    let (passed, failed, skipped) = (test.passed, test.failed, test.skipped);
    ran(&test.run, Some(Results { passed, failed, skipped, ..Results::default() }), env)
}

/// A command that nobody saw but the one who tells of it: it has no length, and no tree it ran on.
fn ran(run: &HandRun, results: Option<Results>, env: &Environment) -> Result<Report> {
    let writer = Writer::open(&run.author, env)?;
    let started = writer.at(run.at.as_deref())?.unwrap_or(env.now);
    let command = masked(&writer.text(Some(&run.command), "the command")?);
    let shown = command.clone();
    let (command, attachment) = writer.recorded.log.fitted(command)?;
    let cwd = within(&env.cwd, &writer.workspace.repository.worktree);
    let what = if results.is_some() { "test" } else { "command" };
    let fact = Ran {
        command,
        attachment,
        cwd,
        started,
        seconds: 0.0,
        exit_code: run.exit,
        signal: None,
        via: Via::Hand,
        purpose: run.purpose.as_deref().map(masked),
        system: run.on.as_deref().map(masked),
        tree: None,
        tail: None,
        results,
    };
    let id = writer.record(Fact::Ran(Box::new(fact)))?;
    Ok(writer.report_recorded(&format!("{what} by hand"), &shown, Some(&id)))
}

fn mark(impact: &Impact, env: &Environment) -> Result<Report> {
    let mut writer = Writer::open(&impact.author, env)?;
    let at = writer.at(impact.at.as_deref())?.unwrap_or(env.now);
    let field = field("impact.marks").expect("a row of the table");
    let seconds = chrono::SecondsFormat::Secs;
    let id = writer.state(field, &json!({ "at": at.to_rfc3339_opts(seconds, false), "state": impact.state }))?;
    Ok(writer.report_recorded("impact", &format!("{} at {}", impact.state, at.format("%H:%M")), id.as_deref()))
}

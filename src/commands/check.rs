//! `journal check`: what is missing in a journal or should not be in it, with line numbers.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use crate::check::{Finding, JournalText, Level, check};
use crate::cli::{Check, TextOrJson};
use crate::commands::shared::finished_journal::FinishedJournal;
use crate::commands::{Environment, Report, Workspace};
use crate::document::Document;
use crate::document::fields::field;
use crate::document::narrative::Narrative;
use crate::document::open::{self, Slot, questions};
use crate::document::read::{label, read};
use crate::error::{Kind, Result};
use crate::terminal::{ADDED, ERROR, FAINT, MODIFIED, clean, styled};
use crate::words::count;

/// A journal to look at, with or without its session.
pub(super) struct Subject {
    /// Relative to the top of the worktree where it is in there.
    pub(super) path: PathBuf,
    /// Its text with `\n` line ends and without a byte order mark.
    pub(super) text: String,
    /// The session that wrote it.
    pub(super) ended: Option<FinishedJournal>,
}

impl Subject {
    /// The named file or session, else the last journal.
    pub(super) fn find(workspace: &Workspace, env: &Environment, name: Option<&str>) -> Result<Self> {
        match (FinishedJournal::find(workspace, env, name), name) {
            (Ok(ended), _) => {
                let page = ended.expect_text(workspace)?;
                let (path, text) = (page.path.clone(), plain(&page.bytes));
                Ok(Self { path, text, ended: Some(ended) })
            }
            (Err(error), Some(name)) if error.kind == Kind::Nothing && env.cwd.join(name).is_file() => {
                let path = env.cwd.join(name);
                let bytes = std::fs::read(&path).with_context(|| format!("could not read {name}"))?;
                let inside = path.strip_prefix(&workspace.repository.worktree).map(Path::to_owned);
                Ok(Self { path: inside.unwrap_or(path), text: plain(&bytes), ended: None })
            }
            (Err(error), _) => Err(error),
        }
    }
}

fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

#[derive(Serialize)]
struct Checked<'a> {
    file: String,
    findings: &'a [Finding],
}

pub(super) fn run(arguments: &Check, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let subject = Subject::find(&workspace, env, arguments.session.as_deref())?;
    let document = read(&subject.text, *env.now.offset());
    let last = subject.ended.as_ref().map(|ended| plain(&ended.last));
    let folder = workspace.absolute(&subject.path).parent().unwrap_or(Path::new("")).to_owned();
    let exists = |path: &str| folder.join(path).exists() || workspace.absolute(Path::new(path.trim_start_matches('/'))).exists();
    let record = subject.ended.as_ref().map(|ended| ended.document(&workspace)).transpose()?;
    let open = open(&subject, &document, record.as_ref());
    let page = JournalText {
        text: &subject.text,
        document: &document,
        record: record.as_ref(),
        last: last.as_deref(),
        exists: &exists,
        open: &open,
    };
    let findings = check(&page);
    let file = subject.path.to_string_lossy().into_owned();
    let errors = findings.iter().filter(|finding| finding.level == Level::Error).count();
    let stdout = match arguments.format {
        TextOrJson::Json => serde_json::to_string_pretty(&Checked { file, findings: &findings }).expect("findings are plain data") + "\n",
        TextOrJson::Text => format_findings(&file, &findings),
    };
    Ok(Report { stdout, stderr: Vec::new(), code: if errors > 0 { Kind::Found as u8 } else { 0 } })
}

/// What the type of session asks for and neither the record nor the file says.
fn open(subject: &Subject, written: &Document, record: Option<&Document>) -> Vec<Vec<Slot>> {
    let mut said = Narrative::default();
    let (document, facts) = match subject.ended.as_ref().zip(record) {
        // a text that does not tell its type is asked for nothing
        None if !subject.text.lines().any(|line| label(line).is_some_and(|(name, _)| name == "session type")) => return Vec::new(),
        None => (written.clone(), Vec::new()),
        Some((ended, record)) => {
            said = Narrative::of(ended.recorded.session.said.iter().map(|said| (said.field.as_str(), &said.value)));
            let mut document = record.clone();
            ended.lay_edits(&mut document);
            let last = read(&plain(&ended.last), *document.started_at.offset());
            (document, last.security_notes)
        }
    };
    // what is not the record's was written into the file
    for note in written.security_notes.iter().filter(|note| !facts.contains(note)) {
        if let Some(field) = field("security_notes") {
            said.state(field, &note.as_str().into());
        }
    }
    questions(open::open(&document, &said))
}

fn format_findings(file: &str, findings: &[Finding]) -> String {
    let file = clean(file);
    if findings.is_empty() {
        return format!("{} {file}\n", styled(ADDED, "nothing found in"));
    }
    let line = |finding: &Finding| {
        let level = match finding.level {
            Level::Error => styled(ERROR, "error"),
            Level::Warning => styled(MODIFIED, "warning"),
        };
        format!("{file}:{}: {level}: {} {}\n", finding.line, clean(&finding.message), styled(FAINT, &format!("[{}]", finding.rule)))
    };
    let lines: String = findings.iter().map(line).collect();
    let of = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
    let counted = [(of(Level::Error), "error"), (of(Level::Warning), "warning")];
    let counted: Vec<String> = counted.iter().filter(|(number, _)| *number > 0).map(|(number, what)| count(*number, what)).collect();
    format!("{lines}{}\n", styled(FAINT, &counted.join(", ")))
}

//! The user's editor: the one that git would open, found and run as git does. A tracked file has no say in it.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::commands::Workspace;
use crate::error::{Error, Kind, Result};
use crate::git::command::ambient;

/// What stands below this line is not part of the text.
const SCISSORS: &str = "# ------------------------ >8 ------------------------";

/// Lets the user write a text; `what` says of what. It is empty where nothing was written. The draft lies in a private folder meanwhile.
pub(in crate::commands) fn write(workspace: &Workspace, folder: &Path, what: &str, before: &str) -> Result<String> {
    let mut draft = tempfile::Builder::new().prefix("draft-").suffix(".md").tempfile_in(folder).context("no draft can be written")?;
    write!(draft, "{before}\n{SCISSORS}\n# Write {what} above this line, in Markdown. An empty text records nothing.\n")?;
    draft.flush()?;
    open(workspace, draft.path())?;
    // an editor may have put a new file in the draft's place: read by name
    let text = std::fs::read_to_string(draft.path()).context("the draft cannot be read as text")?;
    Ok(text.split(SCISSORS).next().unwrap_or_default().trim().to_owned())
}

/// Opens a file in the editor and waits for its end.
pub(in crate::commands) fn open(workspace: &Workspace, path: &Path) -> Result<()> {
    let found = ambient(&workspace.repository.worktree).args(["var", "GIT_EDITOR"]).output().context("git could not be started")?;
    let editor = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    if !found.status.success() || editor.is_empty() {
        return Err(Error::new(Kind::Failed, "no editor is known").hint("git config --global core.editor NAME, or set EDITOR"));
    }
    // the setting is a command line, as git reads it: `code --wait`
    let ended = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$@\""))
        .arg(&editor)
        .arg(path)
        .status()
        .context("no shell could be started")?;
    match ended.success() {
        true => Ok(()),
        false => {
            Err(Error::new(Kind::Failed, format!("the editor `{editor}` failed ({ended})")).hint("git config --global core.editor NAME"))
        }
    }
}

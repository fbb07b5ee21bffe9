//! The block of key commands, and configuration that commands changed.

use crate::document::*;
use crate::markdown::{clean, code, cut, one_line, text};

/// Commands that are listed where nothing was chosen: documents of older programs.
const COMMANDS: usize = 12;
/// Lines of a longer script that are shown.
const LINES: usize = 6;
/// Characters of a line.
const WIDTH: usize = 240;
/// Changes by command that are listed.
const CHANGES: usize = 10;

/// The text of the block: each command with what it was for above and its exit code behind, where it failed.
pub(super) fn commands(document: &Document) -> String {
    let technical = &document.technical;
    let block = |comment: Option<&String>, command: &str, exit: Option<i32>, times: u32| {
        let comment = comment.map(|comment| format!("# {}\n", one_line(comment))).unwrap_or_default();
        format!("{comment}{}{}", script(command), remark(exit, times))
    };
    if !technical.key_commands.is_empty() {
        let blocks = technical.key_commands.iter().map(|key| block(key.comment.as_ref(), &key.command, key.exit_code, key.times));
        return blocks.collect::<Vec<_>>().join("\n\n");
    }
    let listed = technical.commands.iter().take(COMMANDS);
    let mut blocks: Vec<String> = listed.map(|command| block(command.purpose.as_ref(), &command.command, command.exit_code, 1)).collect();
    let more = technical.commands.len().saturating_sub(COMMANDS);
    blocks.extend((more > 0).then(|| format!("# and {more} more")));
    blocks.join("\n\n")
}

/// `        # exit 1, ×3`; nothing for what succeeded once.
fn remark(exit: Option<i32>, times: u32) -> String {
    let exit = exit.filter(|code| *code != 0).map(|code| format!("exit {code}"));
    let times = (times > 1).then(|| format!("×{times}"));
    let said: Vec<String> = exit.into_iter().chain(times).collect();
    if said.is_empty() { String::new() } else { format!("        # {}", said.join(", ")) }
}

/// The command line, of a longer script its beginning.
fn script(command: &str) -> String {
    let command = clean(command);
    let lines: Vec<String> = command.trim().lines().map(|line| cut(line.trim_end(), WIDTH)).collect();
    if lines.len() <= LINES {
        return lines.join("\n");
    }
    format!("{}\n# … ({} lines)", lines[..LINES].join("\n"), lines.len())
}

/// Configuration changed by commands, one line of Markdown each.
pub(super) fn changes_by_command(document: &Document) -> Vec<String> {
    let changes = &document.technical.changes_by_command;
    let line = |change: &CommandChange| {
        let on = change.system.as_ref().map(|system| format!(" on {}", text(system))).unwrap_or_default();
        format!("- {}{on}: {} ({})", text(&change.what), code(&cut(&one_line(&change.command), WIDTH)), change.at.format("%H:%M"))
    };
    let more = changes.len().saturating_sub(CHANGES);
    changes.iter().take(CHANGES).map(line).chain((more > 0).then(|| format!("- and {more} more"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_cut_and_failures_are_told() {
        let long: Vec<String> = (1..=9).map(|line| format!("line {line}")).collect();
        assert_eq!(script(&long.join("\n")), "line 1\nline 2\nline 3\nline 4\nline 5\nline 6\n# … (9 lines)");
        assert_eq!(script("a\u{1b}[31m\nb"), "a␛[31m\nb");
        assert_eq!(
            [remark(Some(0), 1), remark(Some(1), 1), remark(Some(2), 3), remark(None, 2)],
            ["", "        # exit 1", "        # exit 2, ×3", "        # ×2"]
        );
    }
}

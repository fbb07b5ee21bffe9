//! The block of key commands, and configuration that commands changed.

use crate::document::*;
use crate::event::Exit;
use crate::markdown::{clean, code, cut, one_line, text};

/// Commands that are listed where nothing was chosen: documents of older programs.
const COMMANDS: usize = 12;
/// Lines of a longer script that are shown.
const LINES: usize = 6;
/// Characters of a line.
const WIDTH: usize = 240;
/// Changes by command that are listed.
const CHANGES: usize = 10;
/// The signal of Ctrl-C.
const INTERRUPT: i32 = 2;

/// The text of the block: each command with what it was for above and its exit code behind, where it failed.
pub(super) fn commands(document: &Document) -> String {
    let technical = &document.technical;
    let block = |comment: Option<&String>, command: &str, ends: Ends<'_>, times: u32| {
        let comment = comment.map(|comment| format!("# {}\n", one_line(comment))).unwrap_or_default();
        format!("{comment}{}{}", script(command), remark(ends, times))
    };
    if !technical.key_commands.is_empty() {
        let block = |runs: &Vec<&KeyCommand>| {
            let last = runs.last().expect("a group has a command");
            let times = runs.iter().map(|key| key.times).sum();
            let before = runs.iter().rev().skip(1).find_map(|key| key.exit_code).filter(|before| Some(*before) != last.exit_code);
            block(
                last.comment.as_ref(),
                &last.command,
                Ends { last: last.exit_code, signal: last.signal, before, place: last.place.as_deref() },
                times,
            )
        };
        return together(&technical.key_commands).iter().map(block).collect::<Vec<_>>().join("\n\n");
    }
    let listed = technical.commands.iter().take(COMMANDS);
    let one = |command: &Command| {
        block(
            command.purpose.as_ref(),
            &command.command,
            Ends { last: command.exit_code, signal: command.signal, before: None, place: None },
            1,
        )
    };
    let mut blocks: Vec<String> = listed.map(one).collect();
    let more = technical.commands.len().saturating_sub(COMMANDS);
    blocks.extend((more > 0).then(|| format!("# and {more} more")));
    blocks.join("\n\n")
}

/// How a command ended, how otherwise it had ended before, and where.
#[derive(Clone, Copy)]
struct Ends<'a> {
    last: Option<i32>,
    signal: Option<i32>,
    before: Option<i32>,
    place: Option<&'a str>,
}

/// The same command for the same purpose is one entry, where it ran last.
fn together(keys: &[KeyCommand]) -> Vec<Vec<&KeyCommand>> {
    let mut groups: Vec<Vec<&KeyCommand>> = Vec::new();
    for key in keys {
        let same =
            |group: &Vec<&KeyCommand>| (&group[0].command, &group[0].comment, &group[0].place) == (&key.command, &key.comment, &key.place);
        let mut group = groups.iter().position(same).map(|at| groups.remove(at)).unwrap_or_default();
        group.push(key);
        groups.push(group);
    }
    groups
}

/// `        # exit 1, ×3`; nothing for what succeeded once.
fn remark(ends: Ends<'_>, times: u32) -> String {
    let exit = match Exit::of(ends.last, ends.signal) {
        Exit::Code(0) | Exit::Unknown => None,
        Exit::Code(code) => Some(format!("exit {code}")),
        Exit::Signal(INTERRUPT) => Some("interrupted".to_owned()),
        signal => Some(signal.to_string()),
    };
    let before = ends.before.map(|code| format!("exit {code} before"));
    let times = (times > 1).then(|| format!("×{times}"));
    let place = ends.place.map(one_line);
    let said: Vec<String> = exit.into_iter().chain(before).chain(times).chain(place).collect();
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
        let ends = |last, before| Ends { last, signal: None, before, place: None };
        let signalled = |signal| Ends { signal: Some(signal), ..ends(None, None) };
        let remarks = [
            (ends(Some(0), None), 1),
            (ends(Some(1), None), 1),
            (ends(Some(2), None), 3),
            (ends(None, None), 2),
            (ends(Some(0), Some(1)), 3),
            (signalled(2), 1),
            (signalled(9), 2),
        ];
        assert_eq!(
            remarks.map(|(ends, times)| remark(ends, times)),
            [
                "", "        # exit 1", "        # exit 2, ×3", "        # ×2", "        # exit 1 before, ×3", "        # interrupted",
                "        # ended by signal 9, ×2"
            ]
        );
    }

    #[test]
    fn the_same_command_for_the_same_purpose_is_told_once() {
        let at = chrono::DateTime::parse_from_rfc3339("2026-11-22T09:02:00+01:00").expect("a time");
        let key = |command: &str, comment: &str, exit, times| KeyCommand {
            at,
            command: command.to_owned(),
            comment: Some(comment.to_owned()),
            exit_code: Some(exit),
            signal: None,
            times,
            place: None,
        };
        let told = |keys: Vec<KeyCommand>| {
            let mut document = Document::empty(at);
            document.technical.key_commands = keys;
            commands(&document)
        };
        let (red, lint) = (key("tox", "Run the tests", 1, 2), key("ruff", "Lint", 0, 1));
        let again = told(vec![red.clone(), lint.clone(), key("tox", "Run the tests", 0, 1)]);
        assert_eq!(again, "# Lint\nruff\n\n# Run the tests\ntox        # exit 1 before, ×3");
        let apart = told(vec![key("tox", "Reproduce it", 1, 1), lint, key("tox", "Confirm the fix", 0, 1)]);
        assert_eq!(apart, "# Reproduce it\ntox        # exit 1\n\n# Lint\nruff\n\n# Confirm the fix\ntox");
    }
}

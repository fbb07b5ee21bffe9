//! Command lines → the commands in them, by a real parser. Nothing is run, expanded or looked up: `$X` stays `$X`.
//!
//! [`simple`] gives the commands as they stand in the line. [`commands`] also looks through what runs other commands (`sudo`, `env`,
//! `bash -c '…'`, `ssh host '…'`, `docker exec …` and the user's own wrappers) and says where each of them ran; [`CommandLines`] reads each line once.

use tree_sitter::{Node, Parser};

use crate::secrets;

mod args;
mod lines;
mod programs;
mod through;
#[cfg(test)]
mod tests;

pub use args::Args;
pub use lines::{CommandLines, leaves};
pub use programs::{ProgramRole, is_known_for};
pub use through::{Command, Place, PlaceKind, Wrapper, Wrappers, commands};
pub(in crate::evidence) use through::{SSH_VALUES, fits, host};

/// Longer lines are not read: nobody typed them.
const LONGEST: usize = 32 << 10;

/// Deeper nesting is not followed.
const DEEPEST: usize = 120;

/// A command as it stands in the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simple {
    /// Program and arguments without their quotes; expansions as written.
    pub words: Vec<String>,
    /// Variables set for it alone, or set where there are no words.
    pub env: Vec<(String, String)>,
    /// Files that its output goes to.
    pub writes: Vec<String>,
    /// Files that its input comes from.
    pub reads: Vec<String>,
    /// What it reads, where the line says so: a here-document, a here-string, what `echo` writes into the pipe before it.
    pub input: Option<String>,
    /// Programs further down the pipe, the next first.
    pub piped_into: Vec<String>,
    /// Its exit code is not the line's: it stands in a pipe before the end, in a substitution, or before `||`, `;` or `&`.
    pub is_inner: bool,
}

/// The word that stands for what masking put into a command line, whatever its blanks and brackets mean to a shell.
pub const MASKED: &str = "masked";

/// The commands of a line, in the order written, those inside substitutions after the one that they stand in. A line that cannot be read
/// gives what of it can.
pub fn simple(line: &str) -> Vec<Simple> {
    if line.len() > LONGEST {
        return Vec::new();
    }
    let line = secrets::without_marks(line, MASKED);
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).expect("the grammar fits the library, as a test shows");
    let Some(tree) = parser.parse(line.as_bytes(), None) else { return Vec::new() };
    let mut found = Found { text: &line, commands: Vec::new() };
    found.visit(tree.root_node(), 0);
    if let Some(last) = found.commands.iter().rposition(|command| !command.is_inner) {
        // all but the last of a list are judged by what follows them
        let listed = line.contains(';') || line.contains("||") || line.contains('\n');
        found.commands[..last].iter_mut().for_each(|command| command.is_inner |= listed);
    }
    found.commands
}

struct Found<'a> {
    text: &'a str,
    commands: Vec<Simple>,
}

impl Found<'_> {
    fn visit(&mut self, node: Node<'_>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match node.kind() {
            "command" | "declaration_command" | "unset_command" => self.command(node, depth),
            "variable_assignment" if node.parent().is_none_or(|parent| parent.kind() != "command") => self.assignment(node, depth),
            "pipeline" => self.pipeline(node, depth),
            "redirected_statement" => self.redirected(node, depth),
            _ => self.children(node, depth),
        }
    }

    fn children(&mut self, node: Node<'_>, depth: usize) {
        for child in node.named_children(&mut node.walk()) {
            self.visit(child, depth + 1);
        }
    }

    fn command(&mut self, node: Node<'_>, depth: usize) {
        let (mut command, mut parts) = (Simple::default(), Vec::new());
        if node.kind() != "command" {
            command.words.extend(node.child(0).map(|keyword| self.raw(keyword).to_owned()));
        }
        for child in node.named_children(&mut node.walk()) {
            match child.kind() {
                "variable_assignment" if node.kind() == "command" => command.env.extend(self.set(child)),
                "file_redirect" | "herestring_redirect" | "heredoc_redirect" => self.redirect(child, &mut command),
                "comment" => {}
                _ => command.words.push(self.word(child, 0)),
            }
            parts.push(child);
        }
        self.commands.push(command);
        self.inside(&parts, depth);
    }

    /// The commands of the substitutions in these nodes.
    fn inside(&mut self, parts: &[Node<'_>], depth: usize) {
        let from = self.commands.len();
        for part in parts.iter().filter(|part| part.named_child_count() > 0) {
            self.children(*part, depth + 1);
        }
        self.commands[from..].iter_mut().for_each(|command| command.is_inner = true);
    }

    fn assignment(&mut self, node: Node<'_>, depth: usize) {
        let env = self.set(node).into_iter().collect();
        self.commands.push(Simple { env, ..Simple::default() });
        self.inside(&[node], depth);
    }

    fn set(&self, node: Node<'_>) -> Option<(String, String)> {
        let name = node.child_by_field_name("name")?;
        let value = node.child_by_field_name("value").map(|value| self.word(value, 0)).unwrap_or_default();
        Some((self.raw(name).to_owned(), value))
    }

    fn pipeline(&mut self, node: Node<'_>, depth: usize) {
        let mut stages = Vec::new();
        for child in node.named_children(&mut node.walk()) {
            let from = self.commands.len();
            self.visit(child, depth + 1);
            stages.extend((self.commands.len() > from).then_some(from));
        }
        let programs: Vec<String> = stages.iter().filter_map(|&at| self.commands[at].words.first().cloned()).collect();
        for (stage, &at) in stages.iter().enumerate() {
            self.commands[at].piped_into = programs.get(stage + 1..).unwrap_or_default().to_vec();
            self.commands[at].is_inner |= stage + 1 < stages.len();
            let printed = stage.checked_sub(1).and_then(|before| printed(&self.commands[stages[before]]));
            let command = &mut self.commands[at];
            command.input = command.input.take().or(printed);
        }
    }

    fn redirected(&mut self, node: Node<'_>, depth: usize) {
        let from = self.commands.len();
        let body = node.child_by_field_name("body");
        body.into_iter().for_each(|body| self.visit(body, depth + 1));
        let mut all = Simple::default();
        for child in node.named_children(&mut node.walk()).filter(|child| Some(*child) != body) {
            self.redirect(child, &mut all);
        }
        let own = self.commands.get_mut(from..).unwrap_or_default();
        // of a pipe, the first reads and the last writes
        if let Some(first) = own.first_mut() {
            first.input = first.input.take().or(all.input);
            first.reads.append(&mut all.reads);
        }
        if let Some(last) = own.iter_mut().rev().find(|command| !command.is_inner) {
            last.writes.append(&mut all.writes);
        }
    }

    fn redirect(&mut self, node: Node<'_>, command: &mut Simple) {
        let children: Vec<Node<'_>> = node.named_children(&mut node.walk()).collect();
        match node.kind() {
            "file_redirect" => {
                let writes = node.children(&mut node.walk()).any(|child| matches!(child.kind(), ">" | ">>" | "&>" | "&>>" | ">|"));
                let reads = node.children(&mut node.walk()).any(|child| child.kind() == "<");
                let target = node.child_by_field_name("destination").map(|target| self.word(target, 0));
                command.writes.extend(target.clone().filter(|_| writes));
                command.reads.extend(target.filter(|_| reads));
            }
            "herestring_redirect" => command.input = children.last().map(|text| self.word(*text, 0)),
            "heredoc_redirect" => {
                let body = children.iter().find(|child| child.kind() == "heredoc_body");
                command.input = body.map(|body| self.raw(*body).to_owned());
                // what follows the operator in its line belongs to the command, too: `cat <<EOF | ssh web`
                let rest = children.iter().filter(|child| !child.kind().starts_with("heredoc"));
                for child in rest {
                    self.visit(*child, DEEPEST / 2);
                }
            }
            _ => {}
        }
    }

    fn raw(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// A word without its quotes.
    fn word(&self, node: Node<'_>, depth: usize) -> String {
        let raw = self.raw(node);
        match node.kind() {
            "word" => unescaped(raw, |_| true),
            "raw_string" => raw.trim_matches('\'').to_owned(),
            "ansi_c_string" => raw.trim_start_matches('$').trim_matches('\'').replace("\\n", "\n").replace("\\t", "\t").replace("\\'", "'"),
            "string" => {
                let inner = raw.strip_prefix('"').unwrap_or(raw);
                unescaped(inner.strip_suffix('"').unwrap_or(inner), |c| matches!(c, '"' | '\\' | '$' | '`' | '\n'))
            }
            "command_name" | "concatenation" | "string_expansion" if depth < DEEPEST && node.named_child_count() > 0 => {
                node.named_children(&mut node.walk()).map(|child| self.word(child, depth + 1)).collect()
            }
            _ => raw.to_owned(),
        }
    }
}

/// What a command that only prints writes into the pipe.
fn printed(command: &Simple) -> Option<String> {
    match command.words.first().map(String::as_str) {
        Some("echo" | "printf") => Some(command.words[1..].join(" ")),
        Some("cat") if command.words.len() == 1 => command.input.clone(),
        _ => None,
    }
}

/// Text without the backslashes before characters that need one.
fn unescaped(text: &str, needs: impl Fn(char) -> bool) -> String {
    let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars().peekable());
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(&next) if c == '\\' && needs(next) => {
                chars.next();
                // a backslash at the end of a line joins it with the next
                out.extend((next != '\n').then_some(next));
            }
            _ => out.push(c),
        }
    }
    out
}

//! What programs of every day are known for: one table.

use ProgramRole::{Core, Navigation, Privilege, Reader, Shell};

/// What a program is known for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramRole {
    /// To move about, to list, to search, to edit, to page.
    Navigation,
    /// A builtin of shells or a core tool: no tool to name.
    Core,
    /// It shows text which others wrote: results in it are not its own.
    Reader,
    /// It runs another program with more rights.
    Privilege,
    /// It runs command lines.
    Shell,
}

/// Programs by what they are known for.
const ROWS: &[(&[ProgramRole], &[&str])] = &[
    (
        &[Navigation],
        &[
            "ll", "la", "pwd", "pushd", "popd", "z", "tree", "code", "clear", "exit", "which", "type", "open", "xdg-open", "fg", "bg",
            "jobs", "reset", "mkdir", "touch", "help", "unset", "alias", "unalias", "source",
        ],
    ),
    (
        &[Navigation, Reader],
        &[
            "cd", "ls", "vi", "vim", "nvim", "nano", "emacs", "less", "more", "man", "history", "cat", "bat", "head", "tail", "echo",
            "journal", "true", "export", "grep", "egrep", "rg", "ag",
        ],
    ),
    (
        &[Core],
        &[
            ".", "test", "[", "[[", "read", "eval", "exec", "command", "builtin", "wait", "kill", "trap", "ulimit", "umask", "cp", "mv",
            "rm", "ln", "chmod", "chown", "xargs", "env", "time", "nohup", "nice", "timeout", "stat", "file", "df", "du", "ps", "basename",
            "dirname", "realpath", "rmdir", "uname", "uptime", "free", "top", "whoami", "id", "hostname", "declare", "local", "return",
            "let", "watch", "false", "md5sum", "sha256sum", "comm", "join", "paste", "rev", "ssh-add",
        ],
    ),
    (
        &[Core, Reader],
        &[
            "set", "printf", "sleep", "sed", "awk", "cut", "sort", "uniq", "wc", "tr", "tee", "find", "diff", "date", "seq", "yes",
            "column", "tac", "nl", "od", "xxd",
        ],
    ),
    (&[Core, Shell], &["sh", "bash", "zsh", "fish", "dash", "ash", "ksh"]),
    (&[Core, Privilege], &["sudo", "su", "doas", "pkexec"]),
    (
        &[Reader],
        &["most", "ack", "jq", "git", "journalctl", "curl", "wget", "gh", "glab", "dd", "zcat", "hexdump", "strings", "xclip", "script"],
    ),
];

/// Whether a program is known for this.
pub fn is_known_for(program: &str, role: ProgramRole) -> bool {
    ROWS.iter().any(|(roles, programs)| roles.contains(&role) && programs.contains(&program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_has_one_row() {
        let all = || ROWS.iter().flat_map(|(_, programs)| *programs);
        assert!(all().all(|program| all().filter(|other| *other == program).count() == 1));
        assert!(is_known_for("grep", Navigation) && is_known_for("grep", Reader) && !is_known_for("cargo", Core));
    }
}

//! `journal completions`: a shell's completions, made from the command line's own definition and the table of fields.

use clap::CommandFactory;
use clap::builder::PossibleValuesParser;

use crate::cli::{Cli, Completions};
use crate::commands::Report;
use crate::document::fields::FIELDS;

pub(super) fn run(arguments: &Completions) -> Report {
    // `set` itself takes any word, to name the nearest field where there is none; the shell is told the fields
    let fields = PossibleValuesParser::new(FIELDS.iter().map(|field| field.key));
    let mut command = Cli::command().mut_subcommand("set", |set| set.mut_arg("field", |field| field.value_parser(fields)));
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "journal", &mut script);
    Report::document(String::from_utf8_lossy(&script))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_shell_is_told_verbs_kinds_and_fields() {
        for shell in clap_complete::Shell::value_variants() {
            let script = run(&Completions { shell: *shell }).stdout;
            for word in ["refresh", "purpose", "decision"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
        let script = run(&Completions { shell: clap_complete::Shell::Bash }).stdout;
        assert!(FIELDS.iter().all(|field| script.contains(field.key)));
    }
}

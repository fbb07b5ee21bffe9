//! Verbs that say by themselves what a command does.

use super::Effect;

/// What such a verb does.
pub(super) fn effect_of(verb: &str) -> Option<Effect> {
    match verb {
        "list" | "describe" | "show" | "get" | "read" | "logs" | "ls" | "cat" | "tail" | "du" | "stat" => Some(Effect::Inspected),
        "restart" | "reset" | "reboot" => Some(Effect::Restarted),
        "create" | "delete" | "update" | "deploy" | "add" | "remove" | "set" | "start" | "stop" | "resize" | "cp" | "rm" | "mv"
        | "rsync" | "import" | "patch" | "apply" | "enable" | "disable" | "assign" | "scale" | "swap" | "purge" | "import-image"
        | "submit" => Some(Effect::Changed),
        _ => None,
    }
}

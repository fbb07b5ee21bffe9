//! Configuration keys before and after.

use crate::evidence::KeyChange;

/// What a configuration file's change amounts to, beside its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigNote {
    /// The format it was read as, e.g. `yaml`, `nginx`.
    pub format: &'static str,
    /// What there is to say besides the keys.
    pub nature: Nature,
}

/// What a configuration file's change amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Keys changed; they are listed.
    Keys,
    /// Nothing but comments differs.
    CommentsOnly,
    /// Nothing but the order differs.
    OrderOnly,
    /// Nothing but white space or notation differs.
    LayoutOnly,
    /// Shown as a diff of at most 12 lines, masked; with the reason why there are no keys.
    Text {
        /// Why there are no keys to show.
        reason: String,
        /// The changed lines, each with `-`, `+` or a blank in front.
        diff: String,
    },
}

/// What was read from both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigReading {
    /// Changed keys in the order of their lines, secret values masked.
    pub changes: Vec<KeyChange>,
    /// What there is to say besides.
    pub note: ConfigNote,
}

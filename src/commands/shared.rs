//! What several commands share and no command is.

pub(super) mod earlier_journals;
pub(super) mod editor;
pub(super) mod end_time;
pub(super) mod finished_journal;
pub(super) mod runbooks;
pub(super) mod session_document;
pub(super) mod statements;
pub(super) mod unfinished_stop;

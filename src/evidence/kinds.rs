//! What kind of file a path is: one table of path and name rules.

use std::fmt;

/// What the kind rules notice beside the category. Several may hold for one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flag {
    /// Usually holds secrets; its values are always masked.
    SecretBearing,
    /// Bears on security.
    Security,
    /// Dashboards, alerts.
    Monitoring,
    /// Configures tests.
    TestConfig,
    /// Declares dependencies.
    Dependency,
    /// Configures a build or tool.
    Build,
    /// Part of a public interface.
    PublicApi,
    /// Written by a program.
    Generated,
    /// An example.
    Example,
    /// Supports tests.
    Fixture,
    /// A recorded expectation.
    Snapshot,
    /// A script.
    Script,
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

//! Clock, environment and arguments in; message, hint and exit code out.
fn main() {}

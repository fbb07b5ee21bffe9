//! Results from the report files that a test runner wrote while it ran: Gradle prints no counts where all is well, its reports have them.
//!
//! Only files below the worktree that are newer than the run's start are read, and only so many: what an earlier run left counts nothing.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::event::Results;
use crate::evidence::runners;

/// Report files that are read.
const FILES: usize = 200;
/// Bytes of them all.
const BYTES: u64 = 16 << 20;
/// Entries of folders that are looked at, to find them.
const ENTRIES: usize = 20_000;
/// A file's time may lag behind the clock by so much: file systems take it from the kernel's last tick.
const TICK: Duration = Duration::from_millis(10);

/// Whether the output left something to count, and the command's runner writes reports.
pub(super) fn are_wanted(found: Option<&Results>, line: &str) -> bool {
    !found.is_some_and(|results| results.passed.is_some() && results.failed.is_some()) && !runners::reports(line).is_empty()
}

/// The results, from the reports where the output does not count everything. Reports that contradict the output are not believed.
pub(super) fn completed(found: Option<Results>, line: &str, cwd: &Path, worktree: &Path, begun: SystemTime) -> Option<Results> {
    let Some(reported) = read(line, cwd, worktree, begun) else { return found };
    match found {
        None => Some(reported),
        Some(found) if found.failed.is_some_and(|failed| reported.failed != Some(failed)) => Some(found),
        Some(found) => Some(Results {
            runner: found.runner,
            failing: if found.failing.is_empty() { reported.failing } else { found.failing },
            message: found.message.or(reported.message),
            partial: found.partial || reported.partial,
            retried: found.retried,
            snapshots: found.snapshots,
            ..reported
        }),
    }
}

/// What the reports of the command say together; none where it wrote none.
fn read(line: &str, cwd: &Path, worktree: &Path, begun: SystemTime) -> Option<Results> {
    let mut search =
        ReportSearch { worktree: worktree.canonicalize().ok()?, since: begun.checked_sub(TICK)?, entries: ENTRIES, found: Vec::new() };
    for pattern in runners::reports(line) {
        search.pattern(cwd, &pattern);
    }
    let (mut room, mut results, mut complete) = (BYTES, Vec::new(), search.is_complete());
    for (path, size) in search.found.iter().take(FILES) {
        let fits = *size <= room;
        room = room.saturating_sub(*size);
        match fits.then(|| std::fs::read(path).ok()).flatten().and_then(|bytes| runners::read_report(&bytes)) {
            Some(report) => results.push(report),
            None => complete = false,
        }
    }
    let results = runners::together(results)?;
    Some(Results { partial: results.partial || !complete, ..results })
}

/// A bounded search below the worktree.
struct ReportSearch {
    worktree: PathBuf,
    since: SystemTime,
    /// Entries that may still be looked at.
    entries: usize,
    /// Files with their sizes, each once.
    found: Vec<(PathBuf, u64)>,
}

impl ReportSearch {
    fn is_complete(&self) -> bool {
        self.entries > 0 && self.found.len() <= FILES
    }

    fn pattern(&mut self, from: &Path, pattern: &str) {
        let mut folders = vec![from.to_path_buf()];
        let mut parts = pattern.split('/').filter(|part| !matches!(*part, "" | ".")).peekable();
        if pattern.starts_with('/') {
            folders = vec![PathBuf::from("/")];
        }
        while let Some(part) = parts.next() {
            let entries = folders.iter().flat_map(|folder| self.entries(folder, part)).collect::<Vec<_>>();
            match parts.peek() {
                Some(_) => folders = entries,
                None => entries.iter().for_each(|path| self.file(path)),
            }
        }
    }

    /// What of the folder bears the name, sorted.
    fn entries(&mut self, folder: &Path, part: &str) -> Vec<PathBuf> {
        let Some((start, end)) = part.split_once('*') else { return vec![folder.join(part)] };
        let Ok(listed) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut paths = Vec::new();
        for entry in listed.flatten().take(self.entries) {
            self.entries = self.entries.saturating_sub(1);
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end) && !name.starts_with('.') {
                paths.push(entry.path());
            }
        }
        paths.sort();
        paths
    }

    /// Takes the file, if it lies below the worktree wherever links lead, and is new.
    fn file(&mut self, path: &Path) {
        let Some(path) = path.canonicalize().ok().filter(|path| path.starts_with(&self.worktree)) else { return };
        let Ok(metadata) = path.metadata() else { return };
        let is_new = metadata.modified().is_ok_and(|modified| modified >= self.since);
        if metadata.is_file() && is_new && self.found.len() <= FILES && self.found.iter().all(|(known, _)| *known != path) {
            self.found.push((path, metadata.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str =
        "<testsuite><testcase name='a' classname='T'/><testcase name='b' classname='T'><failure message='no'/></testcase></testsuite>";

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn ago(seconds: u64) -> SystemTime {
        SystemTime::now() - Duration::from_secs(seconds)
    }

    fn counted(results: Option<Results>) -> Option<(Option<u32>, Option<u32>, bool)> {
        results.map(|results| (results.passed, results.failed, results.partial))
    }

    #[test]
    fn reports_of_this_run_are_summed() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        write(root, "build/test-results/test/TEST-A.xml", XML);
        write(root, "app/build/test-results/test/TEST-B.xml", XML);
        write(root, "build/test-results/test/binary/output.bin", "x");
        let read = |line: &str, begun| counted(completed(None, line, root, root, begun));
        assert_eq!(read("./gradlew test", ago(60)), Some((Some(2), Some(2), false)));
        assert_eq!(read("./gradlew test", SystemTime::now() + Duration::from_secs(60)), None, "older than the run");
        assert_eq!(read("ls", ago(60)), None, "another command");
        write(root, "app/build/test-results/test/TEST-C.xml", "<testsuite><testca");
        assert_eq!(read("./gradlew test", ago(60)), Some((Some(2), Some(2), true)), "one cannot be read");
    }

    #[test]
    fn nothing_outside_the_worktree_is_read() {
        let world = tempfile::tempdir().expect("a folder");
        let root = world.path().join("repository");
        std::fs::create_dir_all(root.join("build/test-results")).expect("a folder");
        write(world.path(), "elsewhere/TEST-A.xml", XML);
        std::os::unix::fs::symlink(world.path().join("elsewhere"), root.join("build/test-results/test")).expect("a link");
        let read = |line: &str| counted(completed(None, line, &root, &root, ago(60)));
        assert_eq!(read("gradle test"), None);
        assert_eq!(read("pytest --junitxml=../elsewhere/TEST-A.xml"), None);
        write(&root, "out/r.xml", XML);
        assert_eq!(read("pytest --junitxml=./out/r.xml"), Some((Some(1), Some(1), false)));
        assert_eq!(read(&format!("pytest --junitxml {}", root.join("out/r.xml").display())), Some((Some(1), Some(1), false)));
    }

    #[test]
    fn the_search_is_bounded_and_says_so() {
        let root = tempfile::tempdir().expect("a folder");
        for number in 0..=FILES {
            write(root.path(), &format!("build/test-results/test/TEST-{number}.xml"), XML);
        }
        let bound = u32::try_from(FILES).ok();
        assert_eq!(counted(completed(None, "gradle test", root.path(), root.path(), ago(60))), Some((bound, bound, true)));
    }

    #[test]
    fn reports_complete_the_output_and_do_not_contradict_it() {
        let root = tempfile::tempdir().expect("a folder");
        write(root.path(), "build/test-results/test/TEST-A.xml", XML);
        let completed = |failed| {
            let output = Results { runner: "Gradle".to_owned(), failed: Some(failed), ..Results::default() };
            completed(Some(output), "gradle test", root.path(), root.path(), ago(60)).expect("results")
        };
        let whole = completed(1);
        assert_eq!((whole.runner.as_str(), whole.passed, whole.failed), ("Gradle", Some(1), Some(1)));
        assert_eq!((whole.failing, whole.message.as_deref()), (vec!["T.b".to_owned()], Some("no")));
        assert_eq!((completed(3).passed, completed(3).failed), (None, Some(3)));
    }
}

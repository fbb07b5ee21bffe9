//! Plays a random session: sets up repositories, works in them, and tells the model what each step means.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use session_journal::change::WorktreeState;

use crate::model::{Model, Node, Stash, merge, recorded};
use crate::rng::Rng;
use crate::sandbox::{Lines, Said, Sandbox, paths, read_tree, read_worktree};

/// Paths that files may have.
const PATHS: [&str; 7] = ["a.txt", "b.txt", "c.txt", "src/d.txt", "src/e.txt", "src/deep/f.txt", "g.txt"];

/// Repositories, model and dice.
pub struct World {
    pub sandbox: Sandbox,
    pub rng: Rng,
    pub work: PathBuf,
    pub other: PathBuf,
    pub side: Option<PathBuf>,
    pub repo: git2::Repository,
    pub model: Model,
    pub counter: usize,
    /// Lines that the session's owner deleted by editing, or threw away.
    pub deleted: BTreeSet<String>,
    /// Those among them that others deleted too, in a commit that was squashed into one of the session's.
    pub deleted_by_both: Lines,
    /// Lines that may have come without a trace, in groups that do so together.
    pub doubtful: Vec<Lines>,
    /// What the stashes of the start add and take away.
    pub stashed: Vec<(Lines, Lines)>,
    /// The worktree at the start.
    pub before: Lines,
    /// What HEAD had and the worktree had not, at the start.
    pub gone_before: Lines,
    /// What resets that left the worktree alone left in it, and what they left out of it.
    pub left_alone: Vec<(Lines, Lines)>,
    /// Files whose lines the session's owner put in order in a conflict.
    pub resolved: BTreeSet<String>,
    /// Something happened that the model does not follow.
    pub unjudged: bool,
    pub start: Option<WorktreeState>,
    /// The built program records it, too, with its hooks installed.
    pub is_recorded: bool,
}

impl World {
    pub fn new(seed: u64) -> Self {
        // one session in four is played by a machine, within one second
        let sandbox = Sandbox::at_pace(seed % 4);
        let (work, other) = (sandbox.path("work"), sandbox.path("other"));
        let root = sandbox.root.path().to_owned();
        sandbox.must(&root, &["init", "-q", "--bare", "-b", "main", "origin.git"]);
        sandbox.must(&root, &["init", "-q", "-b", "main", "other"]);
        sandbox.must(&other, &["remote", "add", "origin", &sandbox.path("origin.git").to_string_lossy()]);
        configure(&sandbox, &other, "other");
        let mut rng = Rng::new(seed);
        let mut counter = 0;
        for path in PATHS.iter().take(4 + rng.below(3)) {
            let lines: Vec<String> = (0..4 + rng.below(14)).map(|_| fresh(&mut counter, "base")).collect();
            sandbox.write(&other, path, &lines);
        }
        sandbox.must(&other, &["add", "-A"]);
        sandbox.must(&other, &["commit", "-qm", "first"]);
        sandbox.must(&other, &["push", "-q", "origin", "main"]);
        sandbox.must(&root, &["clone", "-q", "origin.git", "work"]);
        configure(&sandbox, &work, "me");
        let repo = git2::Repository::open(&work).expect("a repository");
        let model = Model::default();
        let deleted = BTreeSet::new();
        Self {
            sandbox,
            rng,
            work,
            other,
            side: None,
            repo,
            model,
            counter,
            deleted,
            deleted_by_both: Lines::new(),
            doubtful: Vec::new(),
            stashed: Vec::new(),
            before: Lines::new(),
            gone_before: Lines::new(),
            left_alone: Vec::new(),
            resolved: BTreeSet::new(),
            unjudged: false,
            start: None,
            is_recorded: seed % 9 == 4,
        }
    }

    // what is there -----------------------------------------------------------------------------------------------------------------

    pub fn git(&self, args: &[&str]) -> Said {
        self.sandbox.git(&self.work.clone(), args)
    }

    pub fn head(&self) -> Option<String> {
        let said = self.git(&["rev-parse", "-q", "--verify", "HEAD"]);
        said.ok.then_some(said.out)
    }

    pub fn sides(&mut self, id: Option<&String>) -> (Lines, Lines) {
        if let Some(id) = id {
            self.learn(id);
        }
        (self.model.full(id), self.model.foreign(id))
    }

    pub fn is_clean(&self) -> bool {
        self.git(&["status", "--porcelain"]).out.is_empty()
    }

    fn unmerged(&self) -> Vec<String> {
        let said = self.git(&["diff", "--name-only", "--diff-filter=U"]);
        said.out.lines().map(str::to_owned).collect()
    }

    fn branches(&self) -> Vec<String> {
        let said = self.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
        said.out.lines().map(str::to_owned).collect()
    }

    pub fn number(&mut self) -> usize {
        self.counter += 1;
        self.counter
    }

    /// Registers a commit that somebody else made, with all below it.
    pub fn learn(&mut self, id: &str) {
        if self.model.nodes.contains_key(id) {
            return;
        }
        let parents: Vec<String> = self.git(&["rev-parse", &format!("{id}^@")]).out.lines().map(str::to_owned).collect();
        parents.iter().for_each(|p| self.learn(p));
        let full = read_tree(&self.repo, id);
        let foreign = match parents.as_slice() {
            [] => full.clone(),
            [parent] => {
                let Node { full: whole, foreign: mine, .. } = &self.model.nodes[parent];
                // a file that they deleted is gone, with what the session had deleted in it
                let deleted = &paths(whole) - &paths(&full);
                merge(whole, mine, &full).into_iter().filter(|(path, _)| !deleted.contains(path)).collect()
            }
            _ => {
                let (whole, mine) = self.auto(&parents);
                merge(&whole, &mine, &full)
            }
        };
        self.model.nodes.insert(id.to_owned(), Node { parents, full, foreign, made: false, mine: false, open: false });
    }

    /// What a merge of these commits gives, with and without the session.
    pub fn auto(&mut self, commits: &[String]) -> (Lines, Lines) {
        let Some((first, rest)) = commits.split_first() else {
            return (Lines::new(), Lines::new());
        };
        let mut out = self.sides(Some(first));
        for other in rest {
            let bases: Vec<String> = self.git(&["merge-base", "--all", first, other]).out.lines().map(str::to_owned).collect();
            let base = self.auto(&bases);
            let theirs = self.sides(Some(other));
            out = (merge(&base.0, &out.0, &theirs.0), merge(&base.1, &out.1, &theirs.1));
        }
        out
    }

    // editing -----------------------------------------------------------------------------------------------------------------------

    /// Changes one file of a worktree in a few places.
    pub fn edit_as(&mut self, dir: &Path, who: &str) {
        let lines = read_worktree(dir);
        let files: Vec<String> = paths(&lines).into_iter().collect();
        if files.is_empty() || self.rng.one_in(8) {
            let path = (*self.rng.pick(&PATHS).expect("paths")).to_owned();
            if !files.contains(&path) {
                let count = 1 + self.rng.below(4);
                let new: Vec<String> = (0..count).map(|_| fresh(&mut self.counter, who)).collect();
                return self.sandbox.write(dir, &path, &new);
            }
        }
        let Some(path) = self.rng.pick(&files).cloned() else { return };
        let text = std::fs::read_to_string(dir.join(&path)).expect("text");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if self.rng.one_in(25) {
            self.forget(who, &lines);
            return self.sandbox.remove(dir, &path);
        }
        for _ in 0..1 + self.rng.below(3) {
            self.change(&mut lines, who);
        }
        if lines.is_empty() {
            lines.push(fresh(&mut self.counter, who));
        }
        self.sandbox.write(dir, &path, &lines);
    }

    fn change(&mut self, lines: &mut Vec<String>, who: &str) {
        let at = self.rng.below(lines.len() + 1);
        match self.rng.below(3) {
            0 => lines.insert(at, fresh(&mut self.counter, who)),
            1 if at < lines.len() => {
                let gone = lines.remove(at);
                self.forget(who, &[gone]);
            }
            _ if at < lines.len() => {
                let new = fresh(&mut self.counter, who);
                let gone = std::mem::replace(&mut lines[at], new);
                self.forget(who, &[gone]);
            }
            _ => lines.push(fresh(&mut self.counter, who)),
        }
    }

    fn forget(&mut self, who: &str, lines: &[String]) {
        if who == "session" {
            self.deleted.extend(lines.iter().cloned());
        }
    }

    pub fn edit(&mut self) {
        for _ in 0..1 + self.rng.below(3) {
            self.edit_as(&self.work.clone(), "session");
        }
    }

    /// Writes what a conflict's resolution must hold, and marks it resolved.
    pub fn resolve(&mut self, wanted: &Lines) {
        let unmerged = self.unmerged();
        let dir = self.work.clone();
        let add = self.rng.one_in(6);
        for path in unmerged {
            let want: Vec<String> = wanted.iter().filter(|(p, _)| *p == path).map(|(_, l)| l.clone()).collect();
            if want.is_empty() {
                self.git(&["rm", "-qf", "--", &path]);
                continue;
            }
            let text = std::fs::read_to_string(dir.join(&path)).unwrap_or_default();
            let mut lines: Vec<String> = Vec::new();
            for line in text.lines().filter(|l| want.iter().any(|w| w == l)) {
                if !lines.iter().any(|l| l == line) {
                    lines.push(line.to_owned());
                }
            }
            let missing: Vec<String> = want.iter().filter(|w| !lines.contains(w)).cloned().collect();
            lines.extend(missing);
            if add {
                let at = self.rng.below(lines.len() + 1);
                lines.insert(at, fresh(&mut self.counter, "session"));
            }
            self.sandbox.write(&dir, &path, &lines);
            self.git(&["add", "--", &path]);
            self.resolved.insert(path);
        }
    }

    // others ------------------------------------------------------------------------------------------------------------------------

    /// Somebody else commits and pushes to a branch of origin.
    pub fn someone_pushes(&mut self) {
        let branch = if self.rng.one_in(3) { "team" } else { "main" };
        let dir = self.other.clone();
        self.sandbox.git(&dir, &["fetch", "-q", "origin"]);
        let from = [format!("origin/{branch}"), "origin/main".to_owned()];
        let from = from.iter().find(|b| self.sandbox.git(&dir, &["rev-parse", "-q", "--verify", b]).ok).expect("a branch").clone();
        self.sandbox.must(&dir, &["switch", "-q", "-C", branch, &from]);
        for _ in 0..1 + self.rng.below(2) {
            self.edit_as(&dir, "other");
            let n = self.number();
            self.sandbox.must(&dir, &["add", "-A"]);
            self.sandbox.git(&dir, &["commit", "-qm", &format!("other {n}")]);
        }
        self.sandbox.must(&dir, &["push", "-q", "origin", branch]);
    }

    /// Somebody commits in a second worktree of the same repository.
    pub fn someone_beside(&mut self) {
        let dir = self.sandbox.path("side");
        if self.side.is_none() {
            if self.head().is_none() || !self.git(&["worktree", "add", "-q", "-b", "side", &dir.to_string_lossy(), "origin/main"]).ok {
                return;
            }
            self.side = Some(dir.clone());
        }
        self.edit_as(&dir, "other");
        let n = self.number();
        self.sandbox.must(&dir, &["add", "-A"]);
        self.sandbox.git(&dir, &["-c", "user.name=beside", "commit", "-qm", &format!("beside {n}")]);
    }

    // commits -----------------------------------------------------------------------------------------------------------------------

    pub fn commit(&mut self, mine: bool) {
        let parent = self.head();
        let n = self.number();
        let message = format!("{} {n}", if mine { "session" } else { "before" });
        match self.rng.below(4) {
            0 => {
                // one file only
                let said = self.git(&["status", "--porcelain", "-uall", "--no-renames"]);
                let paths: Vec<String> = said.out.lines().filter_map(|l| l.get(3..)).map(str::to_owned).collect();
                let Some(path) = self.rng.pick(&paths).cloned() else { return };
                self.git(&["add", "-A", "--", &path]);
                self.git(&["commit", "-qm", &message, "--only", "--", &path]);
            }
            1 => drop(self.git(&["commit", "-qm", &message])),
            _ => {
                self.git(&["add", "-A"]);
                self.git(&["commit", "-qm", &message]);
            }
        }
        let new = self.head();
        if new != parent
            && let Some(new) = new
        {
            let full = read_tree(&self.repo, &new);
            self.model.commit(&new, parent.as_ref(), parent.iter().cloned().collect(), full, mine);
        }
    }

    pub fn amend(&mut self) {
        let Some(old) = self.head() else { return };
        let parents = self.model.nodes[&old].parents.clone();
        if parents.len() > 1 {
            return;
        }
        if self.rng.one_in(2) {
            self.git(&["add", "-A"]);
        }
        let n = self.number();
        if !self.git(&["commit", "-q", "--amend", "-m", &format!("amended {n}")]).ok {
            return;
        }
        self.amended(&old, &parents);
    }

    pub fn amended(&mut self, old: &String, parents: &[String]) {
        let new = self.head().expect("a commit");
        let full = read_tree(&self.repo, &new);
        let is_changed = full != self.model.nodes[old].full;
        let (mine, open) = (self.model.nodes[old].mine || is_changed, self.model.nodes[old].open && !is_changed);
        self.model.commit(&new, Some(old), parents.to_vec(), full, mine);
        self.model.nodes.get_mut(&new).expect("just made").open = open;
    }

    pub fn revert(&mut self) {
        let Some(head) = self.head() else { return };
        let known: Vec<String> = self.git(&["rev-list", "--no-merges", "-n", "6", "HEAD"]).out.lines().map(str::to_owned).collect();
        let Some(target) = self.rng.pick(&known).cloned() else { return };
        self.learn(&target);
        if self.model.nodes[&target].parents.is_empty() {
            return;
        }
        if !self.git(&["revert", "--no-edit", &target]).ok {
            self.git(&["revert", "--abort"]);
            return;
        }
        let new = self.head().expect("a commit");
        if new != head {
            let full = read_tree(&self.repo, &new);
            self.deleted.extend((&self.model.nodes[&head].full - &full).into_iter().map(|(_, l)| l));
            self.model.commit(&new, Some(&head), vec![head.clone()], full, true);
        }
    }

    pub fn cherry_pick(&mut self) {
        let Some(head) = self.head() else { return };
        let all = self.git(&["rev-list", "--no-merges", "--all", "--not", "HEAD", "--not", "--glob=refs/stash"]).out;
        let known: Vec<String> = all.lines().map(str::to_owned).collect();
        let stashed: Vec<String> = self.model.stashes.iter().map(|s| s.id.clone()).collect();
        let Some(source) = self.rng.pick(&known).cloned() else { return };
        if stashed.contains(&source) || self.git(&["log", "-1", "--format=%s", &source]).out.contains(" on ") {
            return;
        }
        self.learn(&source);
        let Some(below) = self.model.nodes[&source].parents.first().cloned() else {
            return;
        };
        let (base, theirs, ours) = (self.sides(Some(&below)), self.sides(Some(&source)), self.sides(Some(&head)));
        let mut own = self.model.nodes[&source].mine;
        let said = self.git(&["cherry-pick", &source]);
        if !said.ok {
            if self.unmerged().is_empty() || self.rng.one_in(4) {
                self.git(&["cherry-pick", "--abort"]);
                self.git(&["cherry-pick", "--quit"]);
                return;
            }
            self.resolve(&merge(&base.0, &ours.0, &theirs.0));
            if !self.git(&["-c", "core.editor=true", "cherry-pick", "--continue"]).ok {
                self.git(&["cherry-pick", "--skip"]);
            }
        }
        let new = self.head().expect("a commit");
        if self.model.nodes.contains_key(&new) {
            let after = self.model.nodes[&new].foreign.clone();
            self.model.moved(&ours.1, &after);
        } else {
            let full = read_tree(&self.repo, &new);
            let wanted = merge(&base.0, &ours.0, &theirs.0);
            own |= full != wanted;
            // of a squash with an own commit, only what it has of others may be left
            let is_left = own && base.1 != theirs.1 && self.model.is_all_in_others(Some(&head), &full);
            let open = is_left || self.model.nodes[&source].open && full == wanted;
            self.picked(&new, &head, &[(base.1, theirs.1)], full, own);
            self.model.nodes.get_mut(&new).expect("just made").open = open;
        }
    }

    /// A commit copied from others on top of `parent`; `changes`: foreign parts below and of each source.
    pub fn picked(&mut self, new: &str, parent: &str, changes: &[(Lines, Lines)], full: Lines, mine: bool) {
        let before = self.model.nodes[parent].foreign.clone();
        let mut expected = before.clone();
        for (below, source) in changes {
            expected = merge(below, &expected, source);
        }
        self.made_of(new, vec![parent.to_owned()], &before, &expected, full, mine);
    }

    /// A commit that git put together; the worktree follows.
    fn made_of(&mut self, new: &str, parents: Vec<String>, before: &Lines, expected: &Lines, full: Lines, mine: bool) {
        self.model.moved(before, expected);
        let foreign = recorded(expected, &self.model.without, &full);
        self.model.nodes.insert(new.to_owned(), Node { parents, full, foreign, made: true, mine, open: false });
    }

    // movements ---------------------------------------------------------------------------------------------------------------------

    /// HEAD went to a commit that was there, or to a new merge.
    fn arrived(&mut self, old: Option<&String>) {
        let Some(new) = self.head() else { return };
        if Some(&new) == old {
            return;
        }
        let before = self.sides(old).1;
        let parents: Vec<String> = self.git(&["rev-parse", "HEAD^@"]).out.lines().map(str::to_owned).collect();
        let made = parents.len() > 1 && parents.first() == old && !self.model.nodes.contains_key(&new) && self.is_local(&new);
        if made {
            let expected = self.auto(&parents).1;
            let full = read_tree(&self.repo, &new);
            self.made_of(&new, parents, &before, &expected, full, true);
        } else {
            let after = self.sides(Some(&new)).1;
            self.model.moved(&before, &after);
        }
    }

    fn is_local(&self, id: &str) -> bool {
        self.git(&["for-each-ref", "--contains", id, "refs/remotes"]).out.is_empty()
    }

    pub fn switch(&mut self) {
        let old = self.head();
        let branches = self.branches();
        let n = self.number();
        match self.rng.below(4) {
            0 => drop(self.git(&["switch", "-q", "-c", &format!("topic{n}")])),
            1 => drop(self.git(&["switch", "-q", "-c", &format!("topic{n}"), "origin/main"])),
            _ => {
                let Some(branch) = self.rng.pick(&branches).cloned() else { return };
                let how = if self.rng.one_in(5) { "--detach" } else { "--no-guess" };
                self.git(&["switch", "-q", how, &branch]);
            }
        }
        self.arrived(old.as_ref());
    }

    pub fn orphan(&mut self) {
        let Some(old) = self.head().filter(|_| self.is_clean()) else {
            return;
        };
        let n = self.number();
        if self.git(&["switch", "-q", "--orphan", &format!("orphan{n}")]).ok {
            let before = self.sides(Some(&old)).1;
            self.model.moved(&before, &Lines::new());
            self.edit();
            self.git(&["add", "-A"]);
            let n = self.number();
            if self.git(&["commit", "-qm", &format!("session {n}")]).ok {
                let new = self.head().expect("a commit");
                let full = read_tree(&self.repo, &new);
                self.model.commit(&new, None, Vec::new(), full, true);
            }
        }
    }

    pub fn merge(&mut self) {
        let Some(old) = self.head() else { return };
        let mut targets = self.branches();
        targets.push("origin/main".to_owned());
        let Some(target) = self.rng.pick(&targets).cloned() else { return };
        let n = self.number();
        let message = format!("merge {n}");
        let args: &[&str] = if self.rng.one_in(3) { &["merge", "-q", "--no-ff", "-m", &message] } else { &["merge", "-q", "-m", &message] };
        let said = self.git(&[args, &[&target, "--allow-unrelated-histories"][..]].concat());
        self.conclude_merge(&old, said.ok);
    }

    fn conclude_merge(&mut self, old: &String, ok: bool) {
        if !ok && !self.unmerged().is_empty() {
            if self.rng.one_in(4) {
                self.git(&["merge", "--abort"]);
                return;
            }
            let theirs = self.git(&["rev-parse", "MERGE_HEAD"]).out;
            let wanted = self.auto(&[old.clone(), theirs]).0;
            self.resolve(&wanted);
            self.git(&["commit", "-q", "--no-edit"]);
        }
        self.arrived(Some(old));
    }

    pub fn fetch(&mut self) {
        self.git(&["fetch", "-q", "origin"]);
    }

    pub fn pull(&mut self) {
        let Some(old) = self.head() else { return };
        self.fetch();
        if self.rng.one_in(2) && self.is_clean() {
            let onto = self.git(&["rev-parse", "origin/main"]).out;
            return self.rebase_plain(&onto, true);
        }
        let said = self.git(&["pull", "-q", "--no-rebase", "--no-edit", "origin", "main"]);
        self.conclude_merge(&old, said.ok);
    }

    pub fn push(&mut self) {
        self.git(&["push", "-q", "origin", "HEAD:main"]);
    }

    pub fn reset(&mut self) {
        let Some(old) = self.head() else { return };
        let mut targets: Vec<String> = self.git(&["rev-list", "-n", "4", "HEAD"]).out.lines().map(str::to_owned).collect();
        targets.extend(self.branches());
        targets.extend(["origin/main".to_owned(), "HEAD@{1}".to_owned(), "ORIG_HEAD".to_owned()]);
        let Some(target) = self.rng.pick(&targets).cloned() else { return };
        let target = self.git(&["rev-parse", "-q", "--verify", &format!("{target}^{{commit}}")]);
        if !target.ok {
            return;
        }
        let mode = *self.rng.pick(&["--soft", "--mixed", "--hard", "--hard"]).expect("a mode");
        let (work, before) = (read_worktree(&self.work), self.sides(Some(&old)).1);
        let after = self.sides(Some(&target.out)).1;
        if mode == "--hard" {
            if self.git(&["reset", "-q", "--hard", &target.out]).ok {
                self.model.moved(&before, &after);
                self.threw_away(&work);
            }
        } else {
            self.git(&["reset", "-q", mode, &target.out]);
            // a worktree with nothing of HEAD in it: all is deleted, and what a movement brings back afterwards nobody wrote
            self.unjudged |= !after.is_empty() && self.model.without.is_disjoint(&after);
            self.doubtful.push(&before - &after);
            self.left_alone.push((&before - &after, &after - &before));
        }
    }

    fn threw_away(&mut self, before: &Lines) {
        let gone = before - &read_worktree(&self.work);
        self.deleted.extend(gone.into_iter().map(|(_, l)| l));
    }

    pub fn discard_file(&mut self) {
        let said = self.git(&["diff", "--name-only"]);
        let paths: Vec<String> = said.out.lines().map(str::to_owned).collect();
        let Some(path) = self.rng.pick(&paths).cloned() else { return };
        let before = read_worktree(&self.work);
        self.git(&["checkout", "-q", "--", &path]);
        self.threw_away(&before);
    }

    // stashes -----------------------------------------------------------------------------------------------------------------------

    fn stash_tip(&self) -> Option<String> {
        let said = self.git(&["rev-parse", "-q", "--verify", "refs/stash"]);
        said.ok.then_some(said.out)
    }

    pub fn stash(&mut self) {
        let Some(head) = self.head() else { return };
        let before = self.stash_tip();
        if self.rng.one_in(2) {
            self.git(&["stash", "push", "-q", "-u"])
        } else {
            self.git(&["stash", "push", "-q"])
        };
        self.stashed(before, &head);
    }

    pub fn stashed(&mut self, before: Option<String>, head: &String) {
        let Some(id) = self.stash_tip().filter(|id| Some(id) != before.as_ref()) else {
            return;
        };
        let full = self.stash_lines(&id);
        let sides = self.sides(Some(head));
        self.model.push_stash(&id, &sides, full);
    }

    pub fn stash_lines(&self, id: &str) -> Lines {
        let mut full = read_tree(&self.repo, id);
        let untracked = self.git(&["rev-parse", "-q", "--verify", &format!("{id}^3")]);
        if untracked.ok {
            full.extend(read_tree(&self.repo, &untracked.out));
        }
        full
    }

    pub fn unstash(&mut self) {
        if self.model.stashes.is_empty() || self.head().is_none() {
            return;
        }
        let at = self.rng.below(self.model.stashes.len());
        let stash = self.model.stashes[at].clone();
        let name = format!("stash@{{{at}}}");
        if self.rng.one_in(8) {
            self.drop_stash(at, &name, &stash);
            return;
        }
        let pop = self.rng.one_in(2);
        let work = read_worktree(&self.work);
        let untracked = self.git(&["ls-tree", "-r", "--name-only", &format!("{}^3", stash.id)]);
        if untracked.ok && untracked.out.lines().any(|path| self.work.join(path).exists()) {
            // git would bring back the one half and stop at the other
            return;
        }
        let said = self.git(&["stash", if pop { "pop" } else { "apply" }, "-q", &name]);
        if !said.ok && self.unmerged().is_empty() {
            // refused; where git brought back one half only, nobody can say what the worktree should hold
            self.unjudged |= read_worktree(&self.work) != work;
            return;
        }
        if !said.ok {
            self.resolve(&merge(&stash.base.0, &work, &stash.top.0));
            self.git(&["reset", "-q"]);
            if pop {
                self.git(&["stash", "drop", "-q", &name]);
            }
        }
        self.model.take_back(&stash);
        if stash.given_back {
            // what it brought lies in commits or is gone; that it came again is not written anywhere
            self.doubtful.push(&stash.top.1 - &stash.base.1);
        }
        self.model.stashes[at].given_back = true;
        if pop {
            self.model.stashes.remove(at);
        }
    }

    fn drop_stash(&mut self, at: usize, name: &str, stash: &Stash) {
        self.git(&["stash", "drop", "-q", name]);
        self.model.stashes.remove(at);
        // what came back before is where it came to since; the copy that is dropped was nowhere else
        if !stash.old && !stash.given_back {
            self.model.take_back(stash);
            self.deleted.extend(stash.top.0.iter().map(|(_, l)| l.clone()));
        }
    }
}

pub fn configure(sandbox: &Sandbox, dir: &Path, who: &str) {
    for (key, value) in [
        ("user.name", who),
        ("user.email", &format!("{who}@example.org")),
        ("commit.gpgsign", "false"),
        ("merge.renames", "false"),
        ("advice.detachedHead", "false"),
        ("rebase.updateRefs", "false"),
    ] {
        sandbox.must(dir, &["config", key, value]);
    }
}

pub fn fresh(counter: &mut usize, who: &str) -> String {
    *counter += 1;
    format!("{who}-{counter}")
}

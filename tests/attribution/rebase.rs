//! Rebases of all kinds, step by step, with what each new commit was copied from.

use crate::model::{Node, merge};
use crate::play::World;
use crate::sandbox::{Lines, Said, read_tree};

/// A rebase while it is played.
struct Run {
    /// Source commits in the order of the list of things to do, squashed ones together.
    groups: Vec<Vec<String>>,
    onto: String,
    /// The tip of what is rebased.
    orig: String,
    /// HEAD as far as the model knows.
    at: String,
    before: Lines,
    /// What commits written at a stop took of the dirt.
    recorded: Lines,
}

/// Rewords where git asks for a message, but leaves squash messages alone.
const EDITOR: &str = "sed -i -e '1{/^#/!s/^/re/}'";

impl World {
    /// `git rebase ONTO`, or a pull that rebases.
    pub fn rebase_plain(&mut self, onto: &str, pull: bool) {
        let Some(old) = self.head() else { return };
        let groups = self.range(onto, &old).into_iter().map(|id| vec![id]).collect();
        let args: Vec<&str> = if pull { vec!["pull", "-q", "--rebase", "origin", "main"] } else { vec!["rebase", "-q", onto] };
        self.run(&old, &old, onto, groups, &args, None);
    }

    /// Any rebase.
    pub fn rebase(&mut self) {
        let Some(head) = self.head() else { return };
        let mut targets = vec!["origin/main".to_owned(), "HEAD~1".to_owned(), "HEAD~2".to_owned(), "HEAD~3".to_owned()];
        targets.extend(self.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]).out.lines().map(str::to_owned));
        let Some(target) = self.rng.pick(&targets).cloned() else { return };
        let target = self.git(&["rev-parse", "-q", "--verify", &format!("{target}^{{commit}}")]);
        if !target.ok || !self.git(&["merge-base", &target.out, "HEAD"]).ok {
            return;
        }
        let onto = target.out;
        match self.rng.below(6) {
            0 => self.rebase_plain(&onto, false),
            1 => {
                let branches = self.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]).out;
                let branches: Vec<String> = branches.lines().map(str::to_owned).collect();
                let Some(branch) = self.rng.pick(&branches).cloned() else { return };
                let orig = self.git(&["rev-parse", &branch]).out;
                let groups = self.range(&onto, &orig).into_iter().map(|id| vec![id]).collect();
                self.run(&head, &orig, &onto, groups, &["rebase", "-q", &onto, &branch], None);
            }
            2 if self.git(&["rev-parse", "-q", "--verify", "HEAD~2"]).ok => {
                let upstream = self.git(&["rev-parse", "HEAD~2"]).out;
                let groups = self.range(&upstream, &head).into_iter().map(|id| vec![id]).collect();
                self.run(&head, &head, &onto, groups, &["rebase", "-q", "--onto", &onto, &upstream], None);
            }
            _ => self.interactive(&head, &onto),
        }
    }

    fn interactive(&mut self, head: &str, onto: &str) {
        let mut range = self.range(onto, head);
        if range.is_empty() {
            return;
        }
        if self.rng.one_in(4) && range.len() > 1 {
            let at = self.rng.below(range.len() - 1);
            range.swap(at, at + 1);
        }
        let (mut groups, mut todo): (Vec<Vec<String>>, String) = (Vec::new(), String::new());
        for id in range {
            let mut verb = *self.rng.pick(&["pick", "pick", "reword", "squash", "fixup", "edit", "drop"]).expect("a verb");
            if groups.is_empty() && ["squash", "fixup"].contains(&verb) {
                verb = "pick";
            }
            todo.push_str(&format!("{verb} {id}\n"));
            match verb {
                "drop" => {}
                "squash" | "fixup" => groups.last_mut().expect("a first one").push(id),
                _ => groups.push(vec![id]),
            }
        }
        if groups.is_empty() {
            return;
        }
        let head = head.to_owned();
        self.run(&head, &head, onto, groups, &["rebase", "-q", "-i", onto], Some(&todo));
    }

    fn range(&mut self, onto: &str, orig: &str) -> Vec<String> {
        let between = format!("{onto}...{orig}");
        let said = self.git(&["rev-list", "--reverse", "--topo-order", "--no-merges", "--cherry-pick", "--right-only", &between]);
        said.out.lines().map(str::to_owned).collect()
    }

    fn run(&mut self, head: &String, orig: &str, onto: &str, groups: Vec<Vec<String>>, args: &[&str], todo: Option<&str>) {
        let dirty = !self.git(&["status", "--porcelain", "-uno"]).out.is_empty();
        if dirty && self.rng.one_in(2) {
            return;
        }
        groups.iter().flatten().for_each(|id| self.learn(id));
        let untracked_lost = self.git(&["ls-files", "--others"]).out;
        let saved = self.model.without.clone();
        let tip = self.git(&["rev-parse", "-q", "--verify", "refs/stash"]);
        let created = self.git(&["stash", "create"]);
        if dirty && (!created.ok || created.out.is_empty()) {
            return;
        }
        let stashed = dirty.then_some(created.out);
        if let Some(id) = &stashed {
            let (full, sides) = (self.stash_lines(id), self.sides(Some(head)));
            self.model.push_stash(id, &sides, full);
        }
        let mut run = Run {
            groups,
            onto: onto.to_owned(),
            orig: orig.to_owned(),
            at: head.clone(),
            before: self.model.without.clone(),
            recorded: Lines::new(),
        };
        let args: Vec<&str> =
            args.iter().take(1).copied().chain(dirty.then_some("--autostash")).chain(args.iter().skip(1).copied()).collect();
        let list = self.sandbox.path("todo");
        let sequence = format!("cp {}", list.display());
        if let Some(todo) = todo {
            let lines: Vec<String> = todo.lines().map(str::to_owned).collect();
            self.sandbox.write(self.sandbox.root.path(), "todo", &lines);
        }
        let vars = [("GIT_SEQUENCE_EDITOR", sequence.as_str()), ("GIT_EDITOR", EDITOR)];
        let said = self.sandbox.git_with(&self.work.clone(), &args, &vars);
        if !said.ok && !self.stopped() && self.head().as_ref() == Some(head) {
            // refused
            if stashed.is_some() {
                self.model.stashes.remove(0);
            }
            self.model.without = saved;
            return;
        }
        let aborted = self.steps(&mut run, said);
        if aborted {
            // new files that a commit at a stop took are gone with it
            self.model.without = &run.before - &run.recorded;
            // a branch that was named is what HEAD is at afterwards
            let (before, after) = (self.sides(Some(head)).1, self.sides(self.head().as_ref()).1);
            self.model.moved(&before, &after);
        } else {
            self.catch_up(&mut run);
        }
        let _ = untracked_lost;
        self.autostash_back(stashed, &tip);
    }

    fn autostash_back(&mut self, stashed: Option<String>, tip: &Said) {
        if stashed.is_none() {
            return;
        }
        let now = self.git(&["rev-parse", "-q", "--verify", "refs/stash"]);
        if now.ok && now.out != tip.out {
            // it conflicted on its way back: the conflict is in the worktree, and the stash stays in the list
            self.model.stashes[0].id = now.out;
            let stash = self.model.stashes[0].clone();
            let ours = self.sides(self.head().as_ref()).0;
            self.resolve(&merge(&stash.base.0, &ours, &stash.top.0));
            self.git(&["reset", "-q"]);
            self.model.take_back(&stash);
            self.model.stashes[0].given_back = true;
        } else {
            let stash = self.model.stashes.remove(0);
            self.model.take_back(&stash);
        }
    }

    fn stopped(&self) -> bool {
        ["rebase-merge", "rebase-apply"].iter().any(|name| self.repo.path().join(name).is_dir())
    }

    /// Goes on until the rebase is through; true where it was given up.
    fn steps(&mut self, run: &mut Run, mut said: Said) -> bool {
        for _ in 0..40 {
            if !self.stopped() {
                return false;
            }
            let conflict = !self.git(&["diff", "--name-only", "--diff-filter=U"]).out.is_empty();
            if self.rng.one_in(if conflict { 5 } else { 12 }) {
                // a reset may come to what was made until here
                self.catch_up(run);
                self.git(&["rebase", "--abort"]);
                return true;
            }
            if conflict {
                let id = self.git(&["rev-parse", "REBASE_HEAD"]).out;
                self.learn(&id);
                let below = self.model.nodes[&id].parents.first().cloned();
                let (base, theirs) = (self.model.full(below.as_ref()), self.model.full(Some(&id)));
                let ours = read_tree(&self.repo, &self.head().expect("a commit"));
                self.resolve(&merge(&base, &ours, &theirs));
            } else if said.ok {
                self.at_edit(run);
            }
            said = self.sandbox.git_with(&self.work.clone(), &["rebase", "--continue"], &[("GIT_EDITOR", EDITOR)]);
            if !said.ok && self.stopped() && self.git(&["diff", "--name-only", "--diff-filter=U"]).out.is_empty() && !conflict {
                self.git(&["add", "-A"]);
            }
        }
        panic!("a rebase without end: {}\n{}", said.out, self.sandbox.script());
    }

    /// A stop to edit: the commit may be changed, or others made.
    fn at_edit(&mut self, run: &mut Run) {
        if self.rng.one_in(3) {
            return;
        }
        self.catch_up(run);
        if self.unjudged {
            return;
        }
        let old = self.head().expect("a commit");
        let parents = self.model.nodes[&old].parents.clone();
        self.edit_as(&self.work.clone(), "session");
        self.git(&["add", "-A"]);
        let n = self.number();
        if self.rng.one_in(2) {
            if self.git(&["commit", "-q", "--amend", "-m", &format!("amended {n}")]).ok {
                self.amended(&old, &parents);
                self.stands_in(run, &old);
            }
        } else if self.git(&["commit", "-qm", &format!("session {n}")]).ok {
            let new = self.head().expect("a commit");
            let full = read_tree(&self.repo, &new);
            self.model.commit(&new, Some(&old), vec![old.clone()], full, true);
        }
        run.at = self.head().expect("a commit");
        let recorded = &self.model.foreign(Some(&run.at)) - &self.model.foreign(Some(&old));
        run.recorded.extend(recorded);
    }

    /// A commit was amended at a stop: what is squashed into it comes on top of that.
    fn stands_in(&self, run: &mut Run, old: &str) {
        let (subject, new) = (self.subject(old), self.head().expect("a commit"));
        if let Some(group) = run.groups.iter_mut().find(|g| g.iter().any(|id| self.subject(id) == subject)) {
            group[0] = new;
        }
    }

    /// Registers the commits that were made since the last look.
    fn catch_up(&mut self, run: &mut Run) {
        let Some(head) = self.head() else { return };
        let new = self.git(&["rev-list", "--reverse", "--topo-order", &format!("{}..HEAD", run.onto)]).out;
        for id in new.lines() {
            if self.model.nodes.contains_key(id) {
                continue;
            }
            let parents: Vec<String> = self.git(&["rev-parse", &format!("{id}^@")]).out.lines().map(str::to_owned).collect();
            let subject = self.subject(id);
            let mut groups = run.groups.iter().filter(|g| g.iter().any(|s| self.subject(s) == subject));
            // of two of one name the model cannot tell which was copied
            let (Some(group), None) = (groups.next().cloned(), groups.next()) else {
                self.unjudged = true;
                continue;
            };
            let group = if self.is_plain_copy(id) { &group[..1] } else { &group[..] };
            if self.is_called_like_another(id, &run.orig, group) {
                self.unjudged = true;
                continue;
            }
            self.register(id, parents, group);
        }
        if self.unjudged {
            return;
        }
        let (before, after) = (self.sides(Some(&run.at)).1, self.sides(Some(&head)).1);
        self.model.moved(&before, &after);
        run.at = head;
    }

    /// Whether one step made the commit. What is squashed into it afterwards makes another one, unless nothing of it is left in a conflict.
    fn is_plain_copy(&self, id: &str) -> bool {
        self.movements_to(id).iter().any(|said| ["(pick)", "(edit)", "(reword)"].iter().any(|step| said.contains(step)))
    }

    /// What git said of HEAD's movements to a commit.
    fn movements_to(&self, id: &str) -> Vec<String> {
        let log = self.git(&["log", "-g", "--format=%H %gs", "HEAD"]).out;
        log.lines().filter_map(|entry| entry.strip_prefix(id)).map(str::to_owned).collect()
    }

    /// Whether a new message gave a copy the name of a commit that is rebased but was not copied to it: both are of one author and second.
    fn is_called_like_another(&self, id: &str, orig: &str, group: &[String]) -> bool {
        let name = |id: &str| self.git(&["log", "-1", "--format=%an %at %s", id]).out;
        let mine = name(id);
        let rebased = self.git(&["log", "--format=%H %an %at %s", orig]).out;
        let mut namesakes = rebased.lines().filter_map(|row| row.split_once(' ')).filter(|(_, name)| *name == mine);
        group.iter().all(|source| name(source) != mine) && namesakes.next().is_some()
    }

    /// Whether a commit has lines that these do not have, though their histories had them.
    fn brings_back(&self, id: &str, parents: &[String]) -> bool {
        let lacking = &self.model.nodes[id].full - &self.model.full(parents.first());
        self.model.reached(parents).values().any(|node| !node.full.is_disjoint(&lacking))
    }

    /// Whether git made it without anybody's help, so that no conflict was resolved for it.
    fn is_made_by_git(&self, id: &str) -> bool {
        self.movements_to(id).iter().any(|said| !said.contains("(continue)") && !said.contains("commit"))
    }

    fn register(&mut self, id: &str, parents: Vec<String>, group: &[String]) {
        parents.iter().for_each(|p| self.learn(p));
        let (mut full, mut foreign) = (self.model.full(parents.first()), self.model.foreign(parents.first()));
        let mut mine = false;
        for source in group {
            let node = self.model.nodes[source].clone();
            let below = (self.model.full(node.parents.first()), self.model.foreign(node.parents.first()));
            full = merge(&below.0, &full, &node.full);
            foreign = merge(&below.1, &foreign, &node.foreign);
            mine |= node.mine;
        }
        let real = read_tree(&self.repo, id);
        // put on a history, a root commit brings back what was deleted there
        self.unjudged |= group.iter().any(|source| self.model.nodes[source].parents.is_empty() && self.brings_back(source, &parents));
        // git took lines that were put in another order for others than these
        self.unjudged |= real != full && self.is_made_by_git(id);
        let inherited = real == full && group.iter().any(|id| self.model.nodes[id].open);
        let surely = group.iter().any(|id| self.model.nodes[id].mine && !self.model.nodes[id].open);
        mine |= real != full;
        // a line that stands twice is no longer one line of a set
        let lines = self.git(&["grep", "-c", "", id, "--"]).out;
        let count: usize = lines.lines().filter_map(|row| row.rsplit(':').next()?.parse::<usize>().ok()).sum();
        self.unjudged |= count != real.len();
        if group.iter().any(|source| self.model.nodes[source].mine) {
            for node in group.iter().map(|source| self.model.nodes[source].clone()).filter(|node| !node.mine) {
                let gone = &self.model.full(node.parents.first()) - &node.full;
                self.deleted_by_both.extend(gone.into_iter().filter(|(_, line)| self.deleted.contains(line)));
            }
        }
        let mixed = mine && group.iter().any(|source| !self.model.nodes[source].mine);
        // what a root commit has is mostly in the new parent already: not all of its lines are in the copy's change
        let root = group.iter().skip(1).any(|source| self.model.nodes[source].parents.is_empty());
        // what the session committed was there before it
        let below = self.model.full(parents.first());
        let dirt = (&real - &below).is_subset(&foreign) && (&below - &real).is_disjoint(&foreign);
        let open = mixed && (root || dirt || self.model.is_all_in_others(parents.first(), &real)) || inherited && !surely;
        self.model.nodes.insert(id.to_owned(), Node { parents, full: real, foreign, made: true, mine, open });
    }

    fn subject(&self, id: &str) -> String {
        let full = self.git(&["log", "-1", "--format=%s", id]).out;
        let mut short = full.as_str();
        while let Some(rest) = short.strip_prefix("re") {
            short = rest;
        }
        short.to_owned()
    }
}

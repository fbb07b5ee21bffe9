//! Small stories that went wrong once, or that the random sessions do not tell: each a few shell lines before and in the session.

use std::collections::BTreeMap;

use session_journal::attribution::{Attribution, Basis, Brought, ForeignMove, MoveKind, RollbackKind};
use session_journal::git::baseline;

use crate::sandbox::Sandbox;

/// What came out: `+path:line`, `-path:line`, in order; subjects of commits.
struct Attributed {
    lines: Vec<String>,
    /// Added, removed, and the file's names, as git tells of renames.
    files: Vec<String>,
    commits: Vec<String>,
    carried: Vec<String>,
    said: Attribution,
}

/// Ten numbered lines in a file, a colleague's clone beside, a branch `main` that follows origin.
const BEGINNING: &str = "
    git init -q --bare -b main ../origin.git
    git init -q -b main
    git config user.name me; git config user.email me@example.org
    seq 1 10 > ten; printf 'alpha\\nbeta\\ngamma\\n' > greek
    git add -A; git commit -qm first
    git remote add origin ../origin.git; git push -qu origin main
    git clone -q ../origin.git ../mate
    git -C ../mate config user.name mate; git -C ../mate config user.email mate@example.org
";

/// `mate 'commands' SUBJECT`: the colleague works and pushes. `forge BRANCH SUBJECT`: squashes a pushed branch into origin's main, a second
/// later at least.
const MATE: &str = "
    mate() { (cd ../mate; git pull -q --rebase; eval \"$1\"; git add -A; git commit -qm \"$2\"; git push -q origin HEAD:main); }
    forge() { tick; (cd ../mate; git pull -q --rebase; git fetch -q; git merge -q --squash origin/$1 >/dev/null; git commit -qm \"$2\"; git push -q origin HEAD:main); }
    tick() { echo $(( $(cat $HOME/now) + 1 )) > $HOME/now; }
    edit() { sed -i \"$1\" \"$2\"; }
";

fn attribute(before: &str, session: &str) -> Attributed {
    attribute_at_pace(0, before, session)
}

fn attribute_at_pace(pace: u64, before: &str, session: &str) -> Attributed {
    let sandbox = Sandbox::at_pace(pace);
    let work = sandbox.path("work");
    std::fs::create_dir(&work).expect("a directory");
    sandbox.shell(&work, &format!("{MATE}\n{BEGINNING}\n{before}"));
    let start = sandbox.worktree_state(&work);
    sandbox.shell(&work, &format!("{MATE}\n{session}"));
    let end = sandbox.worktree_state(&work);
    let git = sandbox.private(&work);
    let said = baseline::attribute(&git, &start, &end, None).expect("an attribution");
    let diff = git
        .text(["diff-tree", "-r", "-p", "-U0", "--no-renames", "--no-prefix", said.baseline.as_str(), end.tree.as_str()])
        .expect("a diff");
    let subject = |id: &str| git.text(["log", "-1", "--format=%s", id]).expect("a commit");
    Attributed {
        lines: changed(&diff),
        files: git
            .text(["diff-tree", "-r", "-M", "--numstat", said.baseline.as_str(), end.tree.as_str()])
            .expect("a diff")
            .lines()
            .map(|line| line.replace('\t', " "))
            .collect(),
        commits: said.commits.iter().map(|c| subject(c.id.as_str())).collect(),
        carried: said.carried_over.iter().map(|id| subject(id.as_str())).collect(),
        said,
    }
}

fn all(step: &ForeignMove) -> usize {
    step.brought.others + step.brought.own
}

fn changed(diff: &str) -> Vec<String> {
    let (mut path, mut out, mut in_hunk) = (String::new(), Vec::new(), false);
    for line in diff.lines() {
        if let Some(paths) = line.strip_prefix("diff --git ") {
            path = paths.split(' ').next().unwrap_or_default().to_owned();
            in_hunk = false;
        } else if line.starts_with("@@") {
            in_hunk = true;
        } else if line.starts_with("Binary") || line.starts_with("new mode") {
            out.push(format!("*{path}"));
        } else if in_hunk && (line.starts_with('+') || line.starts_with('-')) {
            out.push(format!("{}{path}:{}", &line[..1], &line[1..]));
        }
    }
    out
}

/// One row a story: name, before, session, changed lines, commits.
type Story = (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const STORIES: &[Story] = &[
    (
        "a merge under way before, aborted, done again, and a line deleted of a file that it brought",
        "edit s/5/five/ ten; git commit -qam before; mate 'edit s/5/cinq/ ten; seq 11 20 > more' theirs; git fetch -q
         git merge -q origin/main >/dev/null || true",
        "git merge --abort; git merge -q --no-edit -Xours origin/main; edit 5d more; git commit -qam own",
        &["-more:15"],
        &["Merge remote-tracking branch 'origin/main'", "own"],
    ),
    (
        "a stash popped, a commit of before and a colleague's copied one each taken back by a reset and committed again",
        "mate 'for i in a b c d; do echo theirs $i >> new; done' theirs; for i in $(seq 1 20); do echo mine $i >> mine; done; git add mine; git commit -qm unpushed
         for i in $(seq 1 20); do echo put $i >> greek; done; git stash -q; edit s/9/dirt/ ten; echo dirt >> mine",
        "git stash pop -q; git fetch -q; echo own >> ten; git reset -q HEAD~1; git add -A; git commit -qm again
         git cherry-pick origin/main >/dev/null; echo more >> ten; git reset -q --soft HEAD~1; git add -A; git commit -qm more
         git reset -q HEAD~1; git add -A; git commit -qm last",
        &["+ten:own", "+ten:more"],
        &["again", "last"],
    ),
    (
        "a stash of the start that git refused to bring into a file with own changes, but for what was untracked",
        "printf 'b1\\nb2\\nb3\\n' >> ten; printf 'n1\\nn2\\nn3\\nn4\\nn5\\nn6\\n' > new; git stash -qu",
        "edit s/5/five/ ten; git stash pop >/dev/null 2>&1 || true",
        &["-ten:5", "+ten:five"],
        &[],
    ),
    (
        "a file deleted that a stash of the start, never applied, gives another name",
        "git mv greek latin; edit s/gamma/GAMMA/ latin; git stash -q",
        "git rm -q greek; git commit -qm own",
        &["-greek:alpha", "-greek:beta", "-greek:gamma"],
        &["own"],
    ),
    (
        "a commit made anew after a mixed reset, put onto a colleague's changed line",
        "printf 'int fa(int x) {\n  v2 = base2;\n}\n  v4 = base4;\n  v5 = base5;\n  v6 = base6;\n  v7 = base7;\n  v8 = base8;\nint fb(int x) {\n  v9 = base9;\n  v10 = base10;\n}\n\n' > code
         git add code; git commit -qm code; git branch up; git mv greek latin; git commit -qm unpushed
         git switch -q up; edit 's/.*base8;/  v54 = other54;/' code; git -c user.name=mate commit -qam theirs; git switch -q main",
        "printf 'int fa(int x) {\n  v2 = base2;\nint fs(int x) {\n  v67 = own67;\n}\n\n  v6 = base6;\n  v7 = base7;\n  v8 = base8;\nint fb(int x) {\n  v9 = base9;\n  v10 = base10;\n}\n' > code
         git reset -q HEAD~1; git add -A; git commit -qm own; git rebase -q up",
        &["+code:int fs(int x) {", "+code:  v67 = own67;", "-code:  v4 = base4;", "-code:  v5 = base5;", "+code:", "-code:"],
        &["own"],
    ),
    (
        "a commit of before that was copied after the session had squashed something and its revert into another copy",
        "edit s/5/five/ ten; git commit -qam before",
        "git tag before; echo own >> greek; git commit -qam own; git revert --no-edit HEAD >/dev/null
         GIT_SEQUENCE_EDITOR=\"sed -i '2,\\$s/^pick/squash/'\" git rebase -qi HEAD~3 >/dev/null; git reset -q --hard HEAD~1
         git cherry-pick before >/dev/null",
        &[],
        &[],
    ),
    (
        "a line that a hard reset took, a merge brought back and a soft reset left",
        "edit 3ibefore ten; git stash -q",
        "echo first >> greek; git commit -qam one; edit 's/7/seven/;s/8/eight/' ten; git commit -qam two; git branch keep; git stash pop -q
         git commit -qam three; git reset -q --hard HEAD~2; git branch old; git reset -q --hard HEAD~1; git merge -q --no-ff -m join keep
         git reset -q --soft old",
        &["+greek:first", "-ten:7", "-ten:8", "+ten:seven", "+ten:eight"],
        &["one", "two"],
    ),
    (
        "a branch rebased by its name beside what a reset had left alone, and back again",
        "git branch old; mate 'edit 3ithree ten' theirs; git pull -q --rebase",
        "git branch topic; echo extra >> greek; git commit -qam extra; git switch -q topic; git reset -q old
         GIT_SEQUENCE_EDITOR='sed -i /extra/d' git rebase -qi --autostash old main; git switch -q topic; echo own >> ten",
        &["+ten:own"],
        &[],
    ),
    (
        "a line that a colleague moved, in a commit of his that the session copied beside an own change of the file",
        "true",
        "mate 'edit \"1{h;d};2G\" ten' theirs; git fetch -q; edit s/5/five/ ten; git commit -qam own; git cherry-pick origin/main >/dev/null",
        &["-ten:5", "+ten:five"],
        &["own"],
    ),
    (
        "a line that a colleague moved on top of the session's pushed commit",
        "true",
        "edit s/5/five/ ten; git commit -qam own; git push -q; mate 'edit \"1{h;d};2G\" ten' theirs; git pull -q",
        &["-ten:5", "+ten:five"],
        &["own"],
    ),
    (
        "a line that a colleague moved, merged with an own change of the file",
        "true",
        "edit s/5/five/ ten; git commit -qam own; mate 'edit \"1{h;d};2G\" ten' theirs; git pull -q --no-rebase",
        &["-ten:5", "+ten:five"],
        &["own", "Merge branch 'main' of ../origin"],
    ),
    (
        "lines that a colleague put in order on top of a line that the session had pushed",
        "true",
        "edit 2iown ten; git commit -qam own; git push -q; mate 'edit \"1{h;d};4G\" ten; echo theirs >> ten' theirs; git pull -q",
        &["+ten:own"],
        &["own"],
    ),
    (
        "a colleague's commit that the session amended, and that he then rebased himself",
        "(cd ../mate; git switch -qc feat; echo feat > feat; git add feat; git commit -qm feat; git push -qu origin feat)",
        "git fetch -q; git switch -qc feat origin/feat; printf 'a\nb\nc\nd\n' >> greek; git commit -qa --amend --no-edit
         git switch -q main; git branch -qD feat
         (cd ../mate; git switch -q main; echo more > more; git add more; git commit -qm more; git switch -q feat; git rebase -q main
         git push -q origin HEAD:main); tick; git pull -q",
        &[],
        &[],
    ),
    (
        "an own commit that a colleague applied from a mail with the date that it was written",
        "true",
        "git switch -qc topic; echo one >> greek; git commit -qam own; printf 'b\nc\nd\n' >> greek; tick; git commit -qa --amend --no-edit
         git format-patch -q -1 -o ../mails; git switch -q main
         (cd ../mate; git am -q --committer-date-is-author-date ../mails/*; git push -q origin HEAD:main); git pull -q; git branch -qD topic",
        &["+greek:one", "+greek:b", "+greek:c", "+greek:d"],
        &["own"],
    ),
    (
        "a function committed by parts that is written after one of the start's",
        "printf '(values) {\n  if (values.length === 0) {\n    return 0;\n  }\n  let total = 0;\n  for (const value of values) {\n' > ../body
         printf '    total += value;\n  }\n  return total;\n}\n\n' >> ../body; printf 'function a() {\n  return 1;\n}\n\n' > ../a
         printf 'function z() {\n  return 2;\n}\n' > ../z; cat ../a ../z > code; git add code; git commit -qm code
         (cat ../a; printf 'function theirs'; cat ../body ../z) > code",
        "(printf 'function mine'; cat ../body ../a ../z) > ../staged
         git update-index --cacheinfo 100644,$(git hash-object -w ../staged),code; git commit -qm mine
         (printf 'function mine'; cat ../body ../a; printf 'function theirs'; cat ../body ../z) > code",
        &[
            "+code:function mine(values) {",
            "+code:  if (values.length === 0) {",
            "+code:    return 0;",
            "+code:  }",
            "+code:  let total = 0;",
            "+code:  for (const value of values) {",
            "+code:    total += value;",
            "+code:  }",
            "+code:  return total;",
            "+code:}",
            "+code:",
        ],
        &["mine"],
    ),
    (
        "one line that the same person wrote on another machine, too",
        "true",
        "git switch -qc topic; edit 1iimport ten; git commit -qam own; git switch -q main
         (cd ../mate; git config user.name me; git config user.email me@example.org)
         mate 'edit 1iimport ten; edit s/7/seven/ ten; edit s/beta/BETA/ greek' elsewhere; git pull -q",
        &[],
        &["own"],
    ),
    (
        "a line moved in a file that was dirty at the start",
        "edit 1idirty ten",
        "printf 'dirty\n2\n3\n1\n4\n5\n6\n7\n8\n9\n10\n' > ten",
        &["-ten:1", "+ten:1"],
        &[],
    ),
    (
        "a line moved, and a colleague's change of the same file pulled by a rebase",
        "true",
        "edit '1{h;d};2G' ten; git commit -qam sorted; mate 'edit s/7/seven/ ten' theirs; git pull -q --rebase",
        &["-ten:1", "+ten:1"],
        &["sorted"],
    ),
    (
        "a line moved in a file that was dirty at the start, and a colleague's change of it pulled by a rebase",
        "edit s/10/ten/ ten",
        "git stash -q; edit '1{h;d};2G' ten; git commit -qam sorted; mate 'edit s/7/seven/ ten' theirs
         git pull -q --rebase; git stash pop -q",
        &["-ten:1", "+ten:1"],
        &["sorted"],
    ),
    (
        "a line moved in a file that was dirty at the start, and a colleague's change of it merged",
        "edit s/10/ten/ ten",
        "git stash -q; edit '1{h;d};2G' ten; git commit -qam sorted; mate 'edit s/7/seven/ ten' theirs
         git pull -q --no-rebase; git stash pop -q",
        &["-ten:1", "+ten:1"],
        &["sorted", "Merge branch 'main' of ../origin"],
    ),
    (
        "a colleague's commit of before, alike because both were written after one pattern",
        "printf 'services:\nvolumes:\n' > compose; git add .; git commit -qm compose; git push -q
         printf '    image: redis\n    restart: always\n    user: root\n    network: host\n    logging: json\n' > ../pattern
         mate '(echo \"  queue:\"; cat ../pattern) > ../queue; edit \"/^volumes/r ../queue\" compose' queue; tick",
        "(echo '  cache:'; cat ../pattern) > ../cache; edit '/^services/r ../cache' compose; git commit -qam cache; git pull -q --rebase",
        &[
            "+compose:  cache:",
            "+compose:    image: redis",
            "+compose:    restart: always",
            "+compose:    user: root",
            "+compose:    network: host",
            "+compose:    logging: json",
        ],
        &["cache"],
    ),
    (
        "a colleague's commit of before that changes the same, beside an own one on another branch",
        "echo 'version: 1' > pkg; git add .; git commit -qm pkg; git push -q; mate 'edit s/1/2/ pkg' bump; tick",
        "git switch -qc topic; edit s/1/2/ pkg; git commit -qam bump; git switch -q main; git pull -q; git branch -qD topic",
        &[],
        &[],
    ),
    (
        "an own commit that a colleague amended and pushed by force",
        "true",
        "git switch -qc topic; printf 'b = 1\nc = 2\n' >> greek; git commit -qam own; git push -q -u origin topic
         (cd ../mate; git fetch -q; git switch -q topic; edit 's/b = 1/b = 9/' greek; git commit -qa --amend --no-edit; git push -qf)
         tick; git fetch -q; git reset -q --hard origin/topic",
        &["+greek:c = 2"],
        &["own"],
    ),
    (
        "a line of the start deleted after its commit was undone, then taken through a stash",
        "printf 'def parse(text):\n    rows = text.split()\n    rows.sort()\n    return rows\n' >> greek",
        "git commit -qam wip; edit /rows.sort/d greek; git reset -q --soft HEAD~1; git stash -q; git stash pop -q; git commit -qam parse",
        &["-greek:    rows.sort()"],
        &["parse"],
    ),
    (
        "a line of a new file of the start changed after its commit was undone, then taken through a stash",
        "printf 'def parse(text):\n    rows = text.split()\n    rows.sort()\n    return rows\n' > app.py",
        "git add -A; git commit -qm wip; edit s/rows.sort/rows.reverse/ app.py; git reset -q HEAD~1; git stash -qu
         git stash pop -q; git add -A; git commit -qm parse",
        &["-app.py:    rows.sort()", "+app.py:    rows.reverse()"],
        &["parse"],
    ),
    (
        "a line of a stash of the start changed after its commit was undone, then taken through another stash",
        "printf 'def parse(text):\n    rows = text.split()\n    rows.sort()\n    return rows\n' >> greek; git stash -q",
        "git stash pop -q; git commit -qam wip; edit s/rows.sort/rows.reverse/ greek; git reset -q --soft HEAD~1
         git stash -q; git stash pop -q; git commit -qam parse",
        &["-greek:    rows.sort()", "+greek:    rows.reverse()"],
        &["parse"],
    ),
    (
        "a line of the start changed after its commit was undone, then put away by git for a pull",
        "printf 'def parse(text):\n    rows = text.split()\n    rows.sort()\n    return rows\n' >> greek",
        "git commit -qam wip; edit s/rows.sort/rows.reverse/ greek; git reset -q --soft HEAD~1
         mate 'edit s/^1$/one/ ten' theirs; git pull -q --rebase --autostash; git commit -qam parse",
        &["-greek:    rows.sort()", "+greek:    rows.reverse()"],
        &["parse"],
    ),
    (
        "a commit of before undone, put away by git for a pull of a change beside it, and committed again",
        "edit s/5/five/ ten; edit s/8/eight/ ten; git commit -qam older",
        "git reset -q HEAD~1; mate 'edit s/^1$/one/ ten' theirs; git pull -q --rebase --autostash; git commit -qam again
         edit s/five/own/ ten; git commit -qam fix",
        &["-ten:five", "+ten:own"],
        &["again", "fix"],
    ),
    (
        "a colleague's changed line taken out by a soft reset and a commit, and brought back by an amend",
        "true",
        "echo own >> ten; git commit -qam own; mate 'edit s/beta/BB/ greek' theirs; git fetch -q
         git reset -q --soft origin/main; git commit -qm own; git checkout -q origin/main -- greek; git commit -q --amend --no-edit",
        &["+ten:own"],
        &["own"],
    ),
    (
        "a line of the start changed after its commit was undone, then taken through a stash",
        "printf 'def parse(text):\n    rows = text.split()\n    rows.sort()\n    return rows\n' >> greek",
        "git commit -qam wip; edit s/rows.sort/rows.reverse/ greek; git reset -q --soft HEAD~1; git stash -q; git stash pop -q; git commit -qam parse",
        &["-greek:    rows.sort()", "+greek:    rows.reverse()"],
        &["parse"],
    ),
    (
        "an amend that takes out what the commit of before had added",
        "edit s/5/five/ ten; echo old > new; git add new; git commit -qam older",
        "edit s/five/5/ ten; git rm -qf new; echo own > own; git add -A; git commit -q --amend -m less",
        &["-new:old", "+own:own", "-ten:five", "+ten:5"],
        &["less"],
    ),
    (
        "a file with a deletion of before taken out of the commit, not out of the worktree",
        "edit 3d ten; echo more >> greek",
        "git commit -qam dirt; git reset -q HEAD~1 -- ten; git commit -q --amend -m less; echo own >> own",
        &["+own:own"],
        &["less"],
    ),
    (
        "a colleague's file taken out by a soft reset and a commit, and brought back by an amend",
        "true",
        "echo own >> ten; git commit -qam own; mate 'printf \"retry = 3\ntimeout = 9\n\" > conf' theirs; git fetch -q
         git reset -q --soft origin/main; git commit -qm own; git checkout -q origin/main -- conf; git commit -q --amend --no-edit",
        &["+ten:own"],
        &["own"],
    ),
    (
        "a commit of before reworded in a rebase that drops where it was applied again",
        "edit 5d ten; git commit -qam older",
        "git commit -q --allow-empty -m own; git revert --no-edit HEAD~1 >/dev/null; git revert --no-edit HEAD >/dev/null
         GIT_SEQUENCE_EDITOR='sed -i -e 1s/^pick/reword/ -e 4s/^pick/drop/' GIT_EDITOR='sed -i 1s/^/re/' git rebase -qi --empty=keep HEAD~4",
        &["+ten:5"],
        &["own", "Revert \"older\""],
    ),
    (
        "an untracked file of the start put in another order",
        "printf 'one\ntwo\nthree\nfour\n' > notes",
        "echo own >> greek; git commit -qam own; printf 'four\none\ntwo\nthree\n' > notes",
        &["+greek:own", "+notes:four", "-notes:four"],
        &["own"],
    ),
    (
        "a deletion of a line of before that goes into a squash by a soft reset",
        "edit '/beta/a older' greek; echo old >> ten; git commit -qam older",
        "edit /older/d greek; git commit -qam fix; git reset -q --soft HEAD~2; git commit -qm squashed",
        &["-greek:older"],
        &["squashed"],
    ),
    (
        "a stash pushed and popped tells nothing new of a hard reset and a file that came back",
        "printf 'one\ntwo\nthree\nfour\nfive\n' >> greek; git commit -qam older",
        "echo own >> ten; git commit -qam own; git branch keep; git reset -q --hard HEAD~2; git checkout -q keep -- ten
         git stash -q; git stash pop -q; git commit -qam again",
        &["+ten:own"],
        &["own", "again"],
    ),
    (
        "a stash of the start reworked at once, and more commits of its file",
        "edit 's/beta/stashed one/' greek; echo 'stashed two' >> ten; git stash -q",
        "git stash pop -q; edit 's/stashed one/own one/' greek; git commit -qam own; echo own >> greek; git commit -qam own2
         echo own3 >> greek; git commit -qam own3",
        &["-greek:stashed one", "+greek:own one", "+greek:own", "+greek:own3"],
        &["own", "own2", "own3"],
    ),
    (
        "two hard resets, away and back, then something unstaged",
        "edit s/beta/BETA/ greek; git commit -qam older",
        "echo own >> greek; echo own >> ten; git commit -qam own; git revert --no-edit HEAD~1 >/dev/null; git branch keep
         git reset -q --hard HEAD~3; git reset -q --hard keep; git reset -q",
        &["-greek:BETA", "+greek:beta", "+greek:own", "+ten:own"],
        &["Revert \"older\"", "own"],
    ),
    (
        "a merge that puts the worktree's changes away beside what a rebase that never began left",
        "git switch -qc side; edit s/2/side/ ten; git commit -qam side; git switch -q main; edit s/2/main/ ten; git commit -qam main
         git rm -q --cached greek; echo dirt > greek; git rebase -q --autostash HEAD 2>/dev/null || true; git reset -q --hard; echo dirty >> greek",
        "git merge -q --autostash side >/dev/null 2>&1 || true",
        &[],
        &[],
    ),
    (
        "a stash of the start deletes at last what an own commit deleted before",
        "edit 2d ten; edit s/9/nine/ ten; echo delta >> greek; git stash -q; edit s/5/five/ ten",
        "git commit -qam dirt; edit 2d ten; git commit -qam own; git stash pop -q; edit s/7/own/ ten",
        &["-ten:2", "-ten:7", "+ten:own"],
        &["dirt", "own"],
    ),
    (
        "a hard reset away from an own revert and back",
        "edit s/beta/BETA/ greek; git commit -qam older",
        "git revert --no-edit HEAD >/dev/null; git branch keep; git reset -q --hard HEAD~2; echo own > own; git add own; git commit -qm own
         git reset -q --hard keep",
        &["-greek:BETA", "+greek:beta"],
        &["Revert \"older\""],
    ),
    (
        "two hard resets, away from an own commit and its neighbour, and back",
        "edit s/beta/BETA/ greek; git commit -qam older",
        "echo own >> greek; echo own >> ten; git commit -qam own; git revert --no-edit HEAD~1 >/dev/null; git branch keep
         git reset -q --hard HEAD~3; git reset -q --hard keep",
        &["-greek:BETA", "+greek:beta", "+greek:own", "+ten:own"],
        &["Revert \"older\"", "own"],
    ),
    (
        "what a stash had that was dropped stood in the worktree when it was pushed",
        "echo one >> greek; git commit -qam older; echo dirt >> ten; git add ten",
        "git commit -q --amend -m again; git reset -q HEAD~1; git stash -q; git stash drop -q",
        &["-greek:one", "-ten:dirt"],
        &[],
    ),
    (
        "lines put in another order by a merge, then a history begun anew",
        "edit s/2/dirt/ ten",
        "git checkout -q -- ten; edit 4d ten; git commit -qam own; mate 'echo m > m' other; git fetch -q; git merge -q --no-commit origin/main
         edit '/^6$/a 4' ten; git commit -qam merge; git switch -q --orphan o; echo x > ten; git add ten; git commit -qm anew",
        &["-ten:dirt", "+ten:x"],
        &["own", "merge", "anew"],
    ),
    (
        "nothing but a line of the start's changes comes back on a history begun anew",
        "edit s/beta/dirt/ greek",
        "git commit -qam dirt; git switch -q --orphan o; echo x > x; git add x; git commit -qm anew; echo dirt > greek",
        &["+x:x"],
        &["anew", "dirt"],
    ),
    (
        "what a mixed reset left was committed, and left again",
        "edit s/2/two/ ten; edit s/9/nine/ ten",
        "git reset -q --soft HEAD; git commit -qam a; git commit -q --amend -m b; git reset -q HEAD~1; git commit -qam c; git reset -q HEAD~1
         edit s/two/own/ ten",
        &["-ten:two", "+ten:own"],
        &[],
    ),
    (
        "a rebase that could not put the worktree's changes away, then a hard reset",
        "git rm -q --cached greek; echo dirt > greek; echo more >> ten",
        "git rebase -q --autostash HEAD 2>/dev/null || true; git reset -q --hard",
        &["-greek:dirt", "-ten:more"],
        &[],
    ),
    (
        "a function is written that has lines in common with one that was there at the start and lies in a stash",
        "printf 'int b1(int n)\n{\n\tgo(i);\n\tint i;\n\treturn n;\n}\n\n' > f; git add f; git commit -qm f
         printf 'int b3(int n)\n{\n\t\tgo(i);\n\t}\n\twhile (n--)\n\t\tcontinue;\n\tput(p);\n\tif (n > 4) {\n\treturn n;\n}\n\n' >> f",
        "git stash -q; printf 'int s4(int n)\n{\n\t\tcontinue;\n\tput(p);\n\treturn n;\n}\n\n' >> f",
        &["+f:int s4(int n)", "+f:{", "+f:\t\tcontinue;", "+f:\tput(p);", "+f:\treturn n;", "+f:}", "+f:"],
        &[],
    ),
    (
        "an own branch squashed by another's hand and deleted there, all within a second",
        "true",
        "git switch -qc topic; seq 20 27 > new; git add new; git commit -qm own; git push -q origin topic
         (cd ../mate; git fetch -q; git merge -q --squash origin/topic >/dev/null; git commit -qm 'own (#1)'; git push -q origin HEAD:main :topic)
         git fetch -qp; git switch -q main; git merge -q --ff-only origin/main >/dev/null; git branch -qD topic",
        &["+new:20", "+new:21", "+new:22", "+new:23", "+new:24", "+new:25", "+new:26", "+new:27"],
        &["own (#1)"],
    ),
    (
        "the start's changes were deleted with their file in a commit, and came back by a copy of an earlier one",
        "edit s/beta/BETA/ greek; echo more >> ten",
        "git commit -qam dirt; git branch dirt; git reset -q --soft HEAD~1; rm greek; git commit -qam gone; git cherry-pick dirt >/dev/null 2>&1 || true
         printf 'alpha\\nBETA\\ngamma\\n' > greek; git add greek; git cherry-pick --continue >/dev/null; git branch -qD dirt; git reset -q --hard HEAD~2",
        &[],
        &[],
    ),
    (
        "the first commit was amended by a deletion of before, and a reset left the worktree as it was",
        "edit 5d ten; edit /beta/d greek; git commit -qam older; rm greek",
        "git commit -qam dirt; git reset -q HEAD~2; git branch first; git commit -qa --amend -m again; git reset -q first; echo own > own",
        &["+own:own"],
        &[],
    ),
    (
        "a reset left the worktree behind another's commit, a stash put that away, and the commit was taken back",
        "true",
        "mate 'edit s/beta/BETA/ greek; echo more >> ten' theirs; git fetch -q; edit s/gamma/GAMMA/ greek; git commit -qam own; git reset -q origin/main
         git stash -q; git revert --no-edit HEAD >/dev/null",
        &["-greek:BETA", "-ten:more"],
        &["Revert \"theirs\""],
    ),
    (
        "a stash of the start that conflicted on its way back, both sides kept, with the brackets of both",
        "printf 'one\\n{\\n\\t1;\\n}\\n' > code; git add code; git commit -qm code
         printf '\\nold\\n{\\n\\t2;\\n}\\n' >> code; git stash -q; printf '\\nmid\\n{\\n\\t3;\\n}\\n' >> code",
        "git commit -qam dirt; git stash pop -q >/dev/null 2>&1 || printf 'one\\n{\\n\\t1;\\n}\\n\\nmid\\n{\\n\\t3;\\n}\\n\\nold\\n{\\n\\t2;\\n}\\n' > code
         git add code; git stash drop -q",
        &[],
        &["dirt"],
    ),
    (
        "a reset that left the worktree alone, of which only lines tell that commits of before had deleted",
        "edit '2,3d;$aelf' ten; git commit -qam older; edit 's/^elf$/zwoelf/;s/^10$/zehn/' ten; git commit -qam old",
        "edit 's/^1$/eins/;s/^zwoelf$/mine/;s/^zehn$/own/' ten; git reset -q HEAD~2",
        &["-ten:1", "+ten:eins", "-ten:zehn", "-ten:zwoelf", "+ten:own", "+ten:mine"],
        &[],
    ),
    (
        "a new file of before was committed in part and thrown away, and another one written in its place",
        "printf 'eins\\nzwei\\n' > new",
        "printf 'eins\\nmine\\n' > new; git add new; git commit -qm own; git reset -q --hard HEAD~1; echo other > new",
        &["-new:zwei", "+new:other"],
        &[],
    ),
    (
        "an old stash that has nothing to do with a file which was renamed before and is taken apart now",
        "edit 's/^2$/zwei/' ten; git stash -q; git mv greek letters",
        "echo alpha > letters; printf 'beta\\ngamma\\n' > rest",
        &["-letters:beta", "-letters:gamma", "+rest:beta", "+rest:gamma"],
        &[],
    ),
    (
        "a reset took a commit of before back and left its new file, of which one line is left",
        "printf 'eins\\nzwei\\ndrei\\n' > new; git add new; git commit -qm older",
        "git reset -q HEAD~1; printf 'eins\\nneu\\nmehr\\n' > new",
        &["-new:zwei", "-new:drei", "+new:neu", "+new:mehr"],
        &[],
    ),
    (
        "a commit of before is copied again beside what the session squashed into a copy of it",
        "edit s/^1$/uno/ ten; git commit -qam older; edit s/^5$/cinque/ ten; git commit -qam old; git tag old",
        "edit s/^9$/nove/ ten; git commit -qam own; GIT_SEQUENCE_EDITOR='sed -i 2s/pick/fixup/' git rebase -q -i HEAD~2
         git merge -q -m both old; echo pick old > ../todo; GIT_SEQUENCE_EDITOR='cp ../todo' git rebase -q -i old~2",
        &[],
        &[],
    ),
    (
        "a stash of the start on a history begun anew: only what it adds comes out of it",
        "edit s/^5$/fuenf/ ten; git stash -q",
        "git switch -q --orphan bare; echo own > mine; git add mine; git commit -qm root
         git stash apply -q >/dev/null 2>&1 || true; echo fuenf > ten; git add ten; git commit -qm kept",
        &["+mine:own"],
        &["root", "kept"],
    ),
    (
        "of a file that others deleted nothing is kept but the session's own lines",
        "",
        "edit '3d;6d;$aown' ten; git commit -qam mine; mate 'git rm -q ten' theirs; git pull -q --rebase >/dev/null 2>&1 || true
         printf 'new\\nown\\n' > ten; git add ten; GIT_EDITOR=true git rebase --continue >/dev/null",
        &["+ten:new", "+ten:own"],
        &["mine"],
    ),
    (
        "of a file that others deleted nothing is kept but what the dirt and the session added",
        "edit '2azwei' ten; edit s/^6$/sechs/ ten",
        "edit s/^8$/acht/ ten; git commit -qam mine; mate 'git rm -q ten' theirs; git fetch -q
         git merge -q -m merged origin/main >/dev/null 2>&1 || { printf 'zwei\\nsechs\\nacht\\n' > ten; git add ten; git commit -qm merged; }",
        &["+ten:acht"],
        &["mine", "merged"],
    ),
    (
        "others delete the file that the session deleted",
        "",
        "git rm -q ten; git commit -qm own; mate 'git rm -q ten' theirs; git fetch -q; git merge -q -m merged origin/main",
        &[],
        &["own", "merged"],
    ),
    (
        "a stash of the start that is still there, of which nothing shows but what the session deleted itself",
        "edit 's/^2$/zwei/;5,9d' ten; git stash -q",
        "edit 5,9d ten; git commit -qam own",
        &["-ten:5", "-ten:6", "-ten:7", "-ten:8", "-ten:9"],
        &["own"],
    ),
    (
        "a reset that left the session's own lines in the worktree left those of before too, and one of them was changed since",
        "edit s/^1$/uno/ ten; git commit -qam older",
        "edit 's/^uno$/mine/;5d' ten; git commit -qam mine; git reset -q --soft HEAD~2; git commit -qm again",
        &["-ten:uno", "+ten:mine", "-ten:5"],
        &["again"],
    ),
    (
        "a reset that left the start's dirt in a file that it moved",
        "edit s/^1$/uno/ ten; git commit -qam older; echo dirt >> ten",
        "git reset -q --soft HEAD~1; edit s/^uno$/mine/ ten; git commit -qam again",
        &["-ten:uno", "+ten:mine"],
        &["again"],
    ),
    (
        "what a revert had put back is in the next commit by that one, whatever a reset left",
        "echo older >> greek; git commit -qam older; git tag old; git reset -q --hard HEAD~1",
        "mate 'edit 3,5d ten' theirs; git pull -q; git revert --no-edit HEAD >/dev/null; git tag back; git reset -q --hard HEAD~2
         git cherry-pick old >/dev/null; git reset -q --hard back; git commit -q --amend -m again; echo own >> greek",
        &["+greek:own"],
        &["Revert \"theirs\"", "again"],
    ),
    (
        "squashed elsewhere with a reviewer's change of a line",
        "",
        "git switch -qc topic; seq 11 20 > new; git add new; git commit -qm own; git push -q origin topic
         (cd ../mate; git fetch -q; git switch -q topic; edit s/^15$/fifteen/ new; git commit -qam suggested; git push -q origin topic; git switch -q main)
         forge topic both; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+new:11", "+new:12", "+new:13", "+new:14", "+new:16", "+new:17", "+new:18", "+new:19", "+new:20"],
        &["both"],
    ),
    (
        "a few lines that others wrote as well, among many of theirs",
        "",
        "echo a >> ten; echo b >> greek; git commit -qam own; git reset -q --hard HEAD~1
         mate 'echo a >> ten; echo b >> greek; seq 30 > theirs' theirs; git pull -q; echo own >> ten; git commit -qam again",
        &["+ten:own"],
        &["again"],
    ),
    (
        "another worktree's commit picked, in the same second or later",
        "git worktree add -q -b side ../side",
        "(cd ../side; echo side >> ten; git commit -qam side); git cherry-pick side >/dev/null; echo own >> greek; git commit -qam own",
        &["+greek:own"],
        &["own"],
    ),
    (
        "the same, of a worktree that is gone",
        "git worktree add -q -b side ../side",
        "(cd ../side; echo side >> ten; git commit -qam side); git worktree remove ../side; git cherry-pick side >/dev/null
         echo own >> greek; git commit -qam own",
        &["+greek:own"],
        &["own"],
    ),
    (
        "the same, of a worktree and a branch that are gone, after own work",
        "git worktree add -q -b side ../side",
        "echo own >> greek; git commit -qam own; (cd ../side; echo side >> ten; git commit -qam side); git worktree remove ../side
         git cherry-pick side >/dev/null; git branch -qD side",
        &["+greek:own"],
        &["own"],
    ),
    (
        "others' commit fetched without a ref and picked",
        "(cd ../mate; git switch -qc hot; echo hot >> ten; git commit -qam hot)",
        "git fetch -q ../mate hot; git cherry-pick FETCH_HEAD >/dev/null; echo own >> greek; git commit -qam own",
        &["+greek:own"],
        &["own"],
    ),
    (
        "the same, named by its copy alone",
        "(cd ../mate; git switch -qc hot; echo hot >> ten; git commit -qam hot)",
        "git fetch -q ../mate hot; git cherry-pick -x FETCH_HEAD >/dev/null; rm .git/FETCH_HEAD; echo own >> greek; git commit -qam own",
        &["+greek:own"],
        &["own"],
    ),
    (
        "the same, known by its author alone, onto own work",
        "(cd ../mate; git switch -qc hot; edit s/^3$/three/ ten; git commit -qam hot)",
        "edit s/^7$/seven/ ten; git commit -qam own; git fetch -q ../mate hot; git cherry-pick FETCH_HEAD >/dev/null; rm .git/FETCH_HEAD",
        &["-ten:7", "+ten:seven"],
        &["own"],
    ),
    (
        "pushed to by others, with the worktree set to it",
        "git config receive.denyCurrentBranch updateInstead",
        "(cd ../mate; echo q > q; echo theirs >> ten; git add q; git commit -qam theirs; git push -q ../work HEAD:main); echo own >> greek; git commit -qam own",
        &["+greek:own"],
        &["own"],
    ),
    (
        "the same, with the worktree left as it was",
        "git config receive.denyCurrentBranch ignore",
        "(cd ../mate; echo q > q; echo theirs >> ten; git add q; git commit -qam theirs; git push -q ../work HEAD:main); echo own >> greek",
        &["+greek:own"],
        &[],
    ),
    (
        "another project put into a folder, and brought up to date there",
        "git init -q -b main ../lib; (cd ../lib; git config user.name lib; git config user.email l@example.org
         seq 50 70 > l; seq 80 90 > ten; git add .; git commit -qm lib)",
        "git fetch -q ../lib main; git merge -q -s ours --no-commit --allow-unrelated-histories FETCH_HEAD >/dev/null 2>&1
         git read-tree --prefix=vendor/lib/ -u FETCH_HEAD; git commit -qm joined; echo own >> vendor/lib/l; git commit -qam own
         (cd ../lib; echo new > new; edit s/^85$/theirs/ ten; git add .; git commit -qm more)
         git pull -q --no-rebase --no-edit -X subtree=vendor/lib ../lib main >/dev/null 2>&1",
        &["+vendor/lib/l:own"],
        &["Merge branch 'main' of ../lib", "joined", "own"],
    ),
    (
        "a fixup of the last commit that also changes an earlier one's new file, put in order by autosquash",
        "git switch -qc topic",
        "seq 5 > new; git add new; git commit -qm one; echo x > x; git add x; git commit -qm two
         edit s/^2$/two/ new; git commit -qa --fixup HEAD; GIT_SEQUENCE_EDITOR=: git rebase -q -i --autosquash main",
        &["+new:1", "+new:two", "+new:3", "+new:4", "+new:5", "+x:x"],
        &["one", "two"],
    ),
    (
        "a fixup of an older commit into an own one that was put before it",
        "edit 5d ten; edit s/^6$/old/ ten; git commit -qam old; edit /old/d ten; echo dirt >> ten",
        "git commit -qam own; printf 'pick %s\\nfixup %s\\n' $(git rev-parse HEAD HEAD~1) > ../todo
         GIT_SEQUENCE_EDITOR='cp ../todo' git rebase -qi HEAD~2 >/dev/null 2>&1 || true
         { seq 1 10; echo dirt; echo mine; } > ten; git add ten; GIT_EDITOR=true git rebase --continue >/dev/null 2>&1",
        &["+ten:mine"],
        &["own"],
    ),
    (
        "from a history begun anew back to the old one, and the dirt back from a stash",
        "echo dirt >> ten",
        "git stash -q; git switch -q --orphan anew; echo x > x; git add x; git commit -qm own; git reset -q --hard main
         git stash apply -q; edit '/^[2-9]$/d' ten",
        &["-ten:2", "-ten:3", "-ten:4", "-ten:5", "-ten:6", "-ten:7", "-ten:8", "-ten:9"],
        &[],
    ),
    (
        "dirt thrown away before a reset to a history begun anew left the worktree as it was",
        "edit s/^5$/dirt/ ten",
        "git reset -q --hard; git switch -q --orphan anew; echo x > x; git add x; git commit -qm own; git switch -q main
         git reset -q --soft anew; echo y > y",
        &["-ten:dirt", "+y:y"],
        &["own"],
    ),
    (
        "a new file that comes back from a stash which is gone, on a history begun anew",
        "seq 30 33 > new",
        "git stash -qu; git switch -q --orphan anew; echo x > x; git add x; git commit -qm own; git stash pop -q
         git reset -q --hard; edit 1d new",
        &["-new:30", "+x:x"],
        &["own"],
    ),
    (
        "a colleague's commit picked off a pull request that has no ref, on top of what was pushed",
        "",
        "echo own >> ten; git commit -qam own; git push -q
         (cd ../mate; git pull -q; echo theirs >> greek; git commit -qam theirs; git push -q origin HEAD:refs/pull/1/head)
         git fetch -q origin refs/pull/1/head; git cherry-pick FETCH_HEAD >/dev/null",
        &["+ten:own"],
        &["own"],
    ),
    (
        "a colleague's branch that was picked from, moved by force since",
        "",
        "echo own >> ten; git commit -qam own; git push -q
         (cd ../mate; git pull -q; git switch -qc side; echo theirs >> greek; git commit -qam theirs; git push -q origin side)
         git fetch -q; git cherry-pick origin/side >/dev/null; git -C ../mate push -qf origin main:side; git fetch -q",
        &["+ten:own"],
        &["own"],
    ),
    (
        "own work committed while an empty copy stands still",
        "",
        "echo own >> ten; git commit -qam own; git cherry-pick HEAD >/dev/null 2>&1 || true; echo new > new; git add new; git commit -qm more",
        &["+new:new", "+ten:own"],
        &["own", "more"],
    ),
    (
        "own work committed in place of a copy of others",
        "mate 'edit s/beta/Beta/ greek' theirs",
        "edit s/beta/BETA/ greek; git commit -qam own; git fetch -q; git cherry-pick origin/main >/dev/null 2>&1 || true
         git checkout -q HEAD -- greek; echo new > new; git add new; git commit -qm 'own way'",
        &["-greek:beta", "+greek:BETA", "+new:new"],
        &["own", "own way"],
    ),
    (
        "a commit by a hook of a pull",
        "printf '#!/bin/sh\\necho lock >> lock; git add lock; git commit -qm lock\\n' > .git/hooks/post-merge; chmod +x .git/hooks/post-merge",
        "mate 'echo theirs >> greek' theirs; git pull -q; echo own >> ten; git commit -qam own",
        &["+lock:lock", "+ten:own"],
        &["lock", "own"],
    ),
    (
        "pushed, amended, and not pushed again",
        "git switch -qc topic",
        "echo own >> ten; git commit -qam own; git push -qu origin topic; echo more >> ten; git commit -qa --amend --no-edit",
        &["+ten:own", "+ten:more"],
        &["own"],
    ),
    (
        "pushed, rebased, and not pushed again",
        "git switch -qc topic",
        "echo own >> ten; git commit -qam own; git push -qu origin topic; mate 'echo theirs >> greek' theirs; git fetch -q; git rebase -q origin/main",
        &["+ten:own"],
        &["own"],
    ),
    (
        "amended, and kept as it was by a tool's own ref",
        "",
        "echo own >> ten; git commit -qam own; git update-ref refs/tool/keep HEAD; echo more >> ten; git commit -qa --amend --no-edit",
        &["+ten:own", "+ten:more"],
        &["own"],
    ),
    (
        "pushed to a branch of which no local one is left, and copied to another",
        "",
        "git switch -qc fix; echo own >> ten; git commit -qam own; git push -q origin fix; git switch -q main; git branch -qD fix
         mate 'echo theirs >> greek' theirs; git pull -q; git cherry-pick origin/fix >/dev/null",
        &["+ten:own"],
        &["own", "own"],
    ),
    (
        "a file that others delete, kept with what the session deleted in it",
        "",
        "edit 4d ten; git commit -qam own; git push -q; mate 'git rm -q ten' theirs; echo own >> ten; git commit -qam more
         git pull -q --no-rebase >/dev/null 2>&1 || { git add ten; git commit -qm merged; }",
        &["-ten:4", "+ten:own"],
        &["own", "more", "merged"],
    ),
    (
        "the same, rebased",
        "",
        "edit 4d ten; git commit -qam own; git push -q; mate 'git rm -q ten' theirs; echo own >> ten; git commit -qam more
         git pull -q --rebase >/dev/null 2>&1 || { git add ten; git rebase --continue >/dev/null; }",
        &["-ten:4", "+ten:own"],
        &["own", "more"],
    ),
    (
        "the same, of a file that others renamed and added to",
        "",
        "edit 4d ten; git commit -qam own; git push -q; git branch side; mate 'git rm -q ten' theirs
         (git worktree add -q ../side side; cd ../side; git mv ten dix; echo theirs >> dix; git -c user.name=mate commit -qam renamed)
         git merge -q side; echo own >> dix; git commit -qam more; git pull -q --no-rebase >/dev/null 2>&1 || { git add dix; git commit -qm merged; }",
        &["-dix:4", "+dix:own"],
        &["own", "more", "merged"],
    ),
    (
        "a file that the session deleted and others added to, rebased, of which their line is kept",
        "",
        "git rm -q greek; git commit -qm own; mate 'echo theirs >> greek' theirs
         git pull -q --rebase >/dev/null 2>&1 || { printf 'theirs\\nown\\n' > greek; git add greek; git rebase --continue >/dev/null; }",
        &["-greek:alpha", "-greek:beta", "-greek:gamma", "+greek:own"],
        &["own"],
    ),
    (
        "the same, merged",
        "",
        "git rm -q greek; git commit -qm own; mate 'echo theirs >> greek' theirs
         git pull -q --no-rebase >/dev/null 2>&1 || { printf 'theirs\\nown\\n' > greek; git add greek; git commit -qm merged; }",
        &["-greek:alpha", "-greek:beta", "-greek:gamma", "+greek:own"],
        &["own", "merged"],
    ),
    (
        "others' deletion of a file with own lines, copied, but for the file",
        "",
        "echo own >> ten; git commit -qam own; mate 'git rm -q ten; echo x >> greek' theirs; git fetch -q
         git cherry-pick origin/main >/dev/null 2>&1 || { git add ten; git cherry-pick --continue >/dev/null; }",
        &["+ten:own"],
        &["own"],
    ),
    (
        "an older change to a file that is not there, copied, of which only the changed line is kept",
        "echo old >> ten; git commit -qam old",
        "git switch -q --orphan side; echo x > x; git add x; git commit -qm own
         git cherry-pick main >/dev/null 2>&1 || { echo old > ten; echo mine >> ten; git add ten; git cherry-pick --continue >/dev/null; }",
        &["+ten:mine", "+x:x"],
        &["own", "old"],
    ),
    (
        "others' deletion of a file with own lines, copied",
        "",
        "echo own >> ten; git commit -qam own; mate 'git rm -q ten' theirs; git fetch -q
         git cherry-pick origin/main >/dev/null 2>&1 || { git rm -q ten; git cherry-pick --continue >/dev/null; }",
        &[],
        &["own"],
    ),
    (
        "the same, of a file that the session renamed",
        "",
        "git mv ten dix; echo own >> dix; git commit -qam own; mate 'git rm -q ten' theirs; git fetch -q
         git cherry-pick origin/main >/dev/null 2>&1 || { git rm -q dix; git cherry-pick --continue >/dev/null; }",
        &[],
        &["own"],
    ),
    (
        "the same, with other lines of the session",
        "",
        "echo own >> ten; git commit -qam own; mate 'git rm -q ten' theirs; git fetch -q
         git cherry-pick origin/main >/dev/null 2>&1 || { git rm -q ten; echo more >> greek; git add greek; git cherry-pick --continue >/dev/null; }",
        &["+greek:more"],
        &["own", "theirs"],
    ),
    ("nothing", "echo dirt >> ten", "git status", &[], &[]),
    ("a line deleted before, put back as HEAD has it", "edit 5d ten", "git checkout -q ten", &[], &[]),
    ("the same, and another one deleted", "edit 5d ten", "git checkout -q ten; edit 8d ten", &["-ten:8"], &[]),
    (
        "a file deleted before, put back as HEAD has it",
        "rm greek",
        "git checkout -q greek",
        &["+greek:alpha", "+greek:beta", "+greek:gamma"],
        &[],
    ),
    ("dirt beside a line put back as HEAD has it", "edit 5d ten; echo dirt >> ten", "edit '4a5' ten; edit 1d ten", &["-ten:1"], &[]),
    ("dirt is not the session's", "echo dirt >> ten", "edit 's/^5$/five/' ten", &["-ten:5", "+ten:five"], &[]),
    ("dirt committed", "echo dirt >> ten", "edit 's/^5$/five/' ten; git commit -qam mine", &["-ten:5", "+ten:five"], &["mine"]),
    (
        "back to own work by a switch",
        "",
        "git switch -qc topic; echo own >> greek; git commit -qam own; git switch -q main; git switch -q topic",
        &["+greek:own"],
        &["own"],
    ),
    (
        "a pull under dirt",
        "echo dirt >> ten",
        "mate 'sed -i s/alpha/ALPHA/ greek' theirs; git pull -q; echo own >> greek",
        &["+greek:own"],
        &[],
    ),
    (
        "a pull into the file with dirt",
        "echo dirt >> ten",
        "mate \"sed -i 's/^1$/one/' ten\" theirs; git pull -q --rebase --autostash; edit 's/^5$/five/' ten",
        &["-ten:5", "+ten:five"],
        &[],
    ),
    (
        "a rebase of own work",
        "",
        "echo own >> greek; git commit -qam own; mate \"sed -i 's/^1$/one/' ten\" theirs; git pull -q --rebase",
        &["+greek:own"],
        &["own"],
    ),
    (
        "older work rebased is carried over",
        "echo old >> greek; git commit -qam old",
        "mate \"sed -i 's/^1$/one/' ten\" theirs; git pull -q --rebase; echo own >> ten; git commit -qam own",
        &["+ten:own"],
        &["own"],
    ),
    (
        "a detached rebase has no end",
        "echo old >> greek; git commit -qam old; git switch -q --detach",
        "mate \"sed -i 's/^1$/one/' ten\" theirs; git fetch -q; git rebase -q origin/main; echo own >> ten; git commit -qam own",
        &["+ten:own"],
        &["own"],
    ),
    (
        "a soft reset over another's commit",
        "mate \"sed -i 's/^1$/one/' ten\" theirs; git pull -q",
        "git reset -q --soft HEAD~1; echo own >> greek; git commit -qam both",
        &["+greek:own"],
        &["both"],
    ),
    (
        "others' line taken back by a revert, before resets away from it and back",
        "",
        "mate 'echo theirs >> greek' theirs; git pull -q; git revert --no-edit HEAD >/dev/null; git reset -q --hard HEAD~2; git reset -q --hard ORIG_HEAD",
        &["-greek:theirs"],
        &["Revert \"theirs\""],
    ),
    (
        "a soft reset to before an older commit, and a pull of what the index holds already",
        "edit 's/^1$/one/' ten; git commit -qam older",
        "mate 'seq 8 >> greek' theirs; git pull -q --rebase; git reset -q --soft HEAD~2; git pull -q --no-rebase",
        &[],
        &[],
    ),
    (
        "a soft reset over older commits, one of which deleted a line and another added a file that was written anew",
        "edit 5d ten; git commit -qam one; seq 3 > new; git add new; git commit -qm two",
        "git reset -q --soft HEAD~2; echo own > new; git commit -qam both",
        &["-new:1", "-new:2", "-new:3", "+new:own"],
        &["both"],
    ),
    (
        "a stash of the start, applied elsewhere with its lines in another order, committed and left",
        "edit s/^4$/four/ ten; git commit -qam older; edit 3ain ten; git stash -q",
        "git switch -qc side HEAD~1; git stash apply -q >/dev/null 2>&1 || { seq 10 > ten; edit 4ain ten; git add ten; git reset -q; }
         git commit -qm one ten; echo own >> greek; git commit -qam own; git reset -q --hard HEAD~2; git switch -q main",
        &[],
        &[],
    ),
    (
        "a hard reset over an older commit, whose file is then deleted",
        "edit '5d;s/^7$/seven/' ten; git commit -qam one",
        "git reset -q --hard HEAD~1; rm ten",
        &["-ten:1", "-ten:2", "-ten:3", "-ten:4", "-ten:5", "-ten:6", "-ten:7", "-ten:8", "-ten:9", "-ten:10"],
        &[],
    ),
    ("a hard reset over another's commit", "mate \"sed -i 's/^1$/one/' ten\" theirs; git pull -q", "git reset -q --hard HEAD~1", &[], &[]),
    (
        "a stash of the start comes back",
        "echo stashed >> greek; git stash -q",
        "git stash pop -q; edit 's/^5$/five/' ten",
        &["-ten:5", "+ten:five"],
        &[],
    ),
    (
        "a line of that stash is deleted",
        "printf 'a1\\na2\\na3\\n' >> greek; git stash -q",
        "git stash pop -q; edit /a2/d greek",
        &["-greek:a2"],
        &[],
    ),
    ("dirt put away in a stash", "echo dirt >> ten", "git stash -q; echo own >> greek", &["+greek:own"], &[]),
    ("dirt thrown away", "echo dirt >> ten", "git checkout -q ten", &["-ten:dirt"], &[]),
    ("a stash with dirt dropped", "echo dirt >> ten", "git stash -q; git stash drop -q", &["-ten:dirt"], &[]),
    (
        "another's commit on top of own ones",
        "",
        "echo own >> greek; git commit -qam own; git push -q; mate \"sed -i 's/^1$/one/' ten\" theirs; git pull -q",
        &["+greek:own"],
        &["own"],
    ),
    (
        "amended",
        "",
        "echo own >> greek; git commit -qam draft; echo more >> greek; git commit -qa --amend -m final",
        &["+greek:own", "+greek:more"],
        &["final"],
    ),
    (
        "another's commit picked",
        "mate \"sed -i 's/^1$/one/' ten\" theirs",
        "git fetch -q; git cherry-pick origin/main~0 >/dev/null; echo own >> greek",
        &["+greek:own"],
        &[],
    ),
    (
        "squashed into one",
        "",
        "echo a >> greek; git commit -qam a; echo b >> ten; git commit -qam b; GIT_SEQUENCE_EDITOR=\"sed -i '2s/pick/squash/'\" git rebase -qi HEAD~2",
        &["+greek:a", "+ten:b"],
        &["a"],
    ),
    (
        "no line end at the end",
        "printf 'x\\ny' > z; git add z; git commit -qm z; printf 'x\\ny\\nw' > z",
        "printf 'x\\ny\\nw\\nown' > z",
        &["-z:w", "+z:w", "+z:own"],
        &[],
    ),
    (
        "carriage returns",
        "printf 'x\\r\\ny\\r\\n' > z; git add z; git commit -qm z; printf 'x\\r\\nd\\r\\ny\\r\\n' > z",
        "printf 'x\\r\\nd\\r\\ny\\r\\no\\r\\n' > z; mate 'echo q > q' theirs; git pull -q --rebase --autostash",
        &["+z:o\r"],
        &[],
    ),
    ("a file that was executable already", "chmod +x ten", "git commit -qam mode; echo own >> greek", &["+greek:own"], &["mode"]),
    ("a file made executable", "", "chmod +x ten; git commit -qam mode", &["*ten"], &["mode"]),
    ("a link that was dirt", "ln -s ten link", "git add link; git commit -qm link; ln -s greek own", &["+own:greek"], &["link"]),
    (
        "a binary file that was dirt",
        "printf 'a\\0b' > bin; git add bin",
        "git commit -qm bin; mate 'echo q > q' theirs; git pull -q --rebase; printf 'a\\0c' > own",
        &["*own"],
        &["bin"],
    ),
    (
        "a binary file changed",
        "printf 'a\\0b' > bin; git add bin; git commit -qm bin; printf 'a\\0dirt' > bin",
        "printf 'a\\0own' > bin; git commit -qam own",
        &["*bin"],
        &["own"],
    ),
    (
        "a line deleted in a file that was renamed before, committed, left and merged",
        "git mv ten dix",
        "git switch -qc side; edit 4d dix; git commit -qam own; mate 'echo q > q' theirs; git fetch -q; git rebase -q origin/main; git switch -q main
         git merge -q side",
        &["-dix:4"],
        &["own"],
    ),
    (
        "the same, put onto what has the file under its old name",
        "git mv ten dix",
        "git commit -qm mine; git switch -qc side; edit 4d dix; git commit -qam own; mate 'echo q > q' theirs; git fetch -q
         git rebase -q --onto origin/main main side",
        &["-ten:4"],
        &["mine", "own"],
    ),
    (
        "the same, and merged with the rename",
        "git mv ten dix; echo dirt >> greek",
        "git commit -qm mine; git switch -qc side; edit 4d dix; git commit -qm own dix; mate 'echo q > q' theirs; git fetch -q
         git rebase -q --autostash --onto origin/main main side; git switch -q main; git merge -q side",
        &["-dix:4"],
        &["mine", "own", "Merge branch 'side'"],
    ),
    (
        "dirt in a file that another renamed",
        "echo dirt >> ten",
        "mate 'git mv ten eleven' theirs; git stash -q; git pull -q; git stash pop -q; echo own >> eleven",
        &["+eleven:own"],
        &[],
    ),
    (
        "staged and taken back before",
        "echo staged >> ten; git add ten; git checkout -q HEAD -- ten 2>/dev/null; echo staged >> ten; git add ten; sed -i '$d' ten",
        "git commit -qm index; echo own >> greek",
        &["+greek:own"],
        &["index"],
    ),
    (
        "three branches merged at once",
        "git switch -qc x; echo x > x; git add x; git commit -qm x; git switch -qc y main; echo y > y; git add y; git commit -qm y; git switch -q main",
        "echo own > own; git add own; git commit -qm own; git merge -q -m octopus x y",
        &["+own:own"],
        &["own", "octopus"],
    ),
    (
        "another's patch by mail",
        "(cd ../mate; echo q > q; git add q; git commit -qm patch; git format-patch -q -1 -o ..)",
        "git am -q ../0001-patch.patch; echo own >> greek",
        &["+greek:own", "+q:q"],
        &["patch"],
    ),
    (
        "an older commit and its revert squashed into nothing",
        "edit 's/^1$/one/' ten; git commit -qam old",
        "git revert --no-edit HEAD >/dev/null; printf 'pick %s\\nfixup %s\\n' $(git rev-parse HEAD~1 HEAD) > ../todo; GIT_SEQUENCE_EDITOR='cp ../todo' git rebase -qi HEAD~2 >/dev/null 2>&1 || git rebase --continue >/dev/null 2>&1",
        &["-ten:one", "+ten:1"],
        &["old"],
    ),
    (
        "one commit squashed on the forge",
        "",
        "git switch -qc topic; echo own >> greek; git commit -qam own; git push -q origin topic; forge topic 'own (#1)'; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+greek:own"],
        &["own (#1)"],
    ),
    (
        "two commits squashed on the forge",
        "echo dirt >> ten",
        "git switch -qc topic; echo a >> greek; git commit -qm a greek; edit s/a$/A/ greek; echo n > new; git add new; git commit -qm b greek new; git push -q origin topic; forge topic both; git fetch -q; git reset -q --keep origin/main; git switch -q main; git reset -q --keep origin/main; git branch -qD topic; git push -q origin :topic",
        &["-greek:alpha", "-greek:beta", "-greek:gamma", "+greek:alphA", "+greek:betA", "+greek:gammA", "+greek:A", "+new:n"],
        &["both"],
    ),
    (
        "squashed on the forge with a colleague's commits around it",
        "",
        "git switch -qc topic; echo a >> greek; git commit -qam a; edit s/alpha/Alpha/ greek; git commit -qam b; git push -q origin topic; mate \"sed -i 's/^1$/one/' ten\" before; forge topic both; mate \"sed -i 's/beta/Beta/' greek\" after; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["-greek:alpha", "+greek:Alpha", "+greek:a"],
        &["both"],
    ),
    (
        "older commits squashed on the forge stay others'",
        "git switch -qc topic; echo old >> greek; git commit -qam old; git push -q origin topic",
        "forge topic squashed; git switch -q main; git pull -q; git branch -qD topic; echo own >> ten; git commit -qam own",
        &["+ten:own"],
        &["own"],
    ),
    (
        "older commits rebased, then squashed on the forge",
        "git switch -qc topic; echo old >> greek; git commit -qam old",
        "mate 'echo q > q' theirs; git pull -q --rebase origin main; git push -q origin topic; forge topic squashed; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &[],
        &[],
    ),
    (
        "older and own commits squashed on the forge into one",
        "git switch -qc topic; echo old >> greek; git commit -qam old",
        "edit s/beta/Beta/ greek; git commit -qam own; git push -q origin topic; forge topic squashed; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["-greek:beta", "+greek:Beta"],
        &["squashed"],
    ),
    (
        "a branch that had the trunk merged into it squashed on the forge",
        "",
        "git switch -qc topic; echo a >> greek; git commit -qam a; mate \"sed -i 's/^1$/one/' ten\" theirs; git fetch -q; git merge -qm merged origin/main; echo b > b; git add b; git commit -qm b; git push -q origin topic; forge topic all; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+b:b", "+greek:a"],
        &["all"],
    ),
    (
        "two branches squashed on the forge, one on top of the other",
        "",
        "git switch -qc one; echo a >> greek; git commit -qam a; echo n > n; git add n; git commit -qm b; git push -q origin one; git switch -qc two; edit s/^5/five/ ten; git commit -qam c; edit s/^five/Five/ ten; git commit -qam d; git push -q origin two; forge one first; forge two second; git switch -q main; git pull -q; git branch -qD one two; git push -q origin :one :two",
        &["+greek:a", "+n:n", "-ten:5", "+ten:Five"],
        &["first", "second"],
    ),
    (
        "squashed on the forge with what a reviewer suggested",
        "",
        "git switch -qc topic; echo a >> greek; echo b >> greek; echo c > new; git add new; git commit -qam own; git push -q origin topic; (cd ../mate; git fetch -q; git merge -q --squash origin/topic >/dev/null; edit 's/^b$/B/;s/beta/Beta/' greek; echo d >> new; git add -A; git commit -qm 'own (#1)' --author='me <me@example.org>'; git push -q origin HEAD:main); git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+greek:a", "+new:c"],
        &["own (#1)"],
    ),
    (
        "lines of others that happen to be the same",
        "",
        "git switch -qc topic; echo a >> greek; git commit -qam own; mate 'echo a >> greek; echo t > t' theirs; git switch -q main; git pull -q; git branch -qD topic",
        &[],
        &[],
    ),
    (
        "each commit copied on the forge",
        "",
        "git switch -qc topic; echo a >> greek; git commit -qam a; echo b >> ten; git commit -qam b; git push -q origin topic; mate 'echo q > q' theirs; (cd ../mate; git fetch -q; git cherry-pick origin/main..origin/topic >/dev/null; git push -q origin HEAD:main); git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+greek:a", "+ten:b"],
        &["a", "b"],
    ),
    (
        "squashed on the forge, own commits still there",
        "",
        "git switch -qc topic; echo own >> greek; git commit -qam own; git push -q origin topic; forge topic squashed; git switch -q main; git pull -q",
        &["+greek:own"],
        &["own"],
    ),
    (
        "squashed on the forge after others renamed a file of it",
        "",
        "git switch -qc topic; echo own >> ten; git commit -qam a; echo n > n; git add n; git commit -qm b; git push -q origin topic; mate 'mkdir num; git mv ten num/zehn' moved; forge topic both; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+n:n", "+num/zehn:own"],
        &["both"],
    ),
    (
        "squashed on the forge after others renamed its only file and edited it",
        "",
        "git switch -qc topic; echo a >> ten; git commit -qam a; edit s/^5$/five/ ten; git commit -qam b; git push -q origin topic; mate 'git mv ten zehn; edit s/^1$/one/ zehn' moved; mate 'edit s/^2$/two/ zehn' after; forge topic both; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["-zehn:5", "+zehn:five", "+zehn:a"],
        &["both"],
    ),
    (
        "squashed on the forge after others renamed a file of it, own commits still there",
        "echo dirt >> greek",
        "git switch -qc topic; echo own >> ten; git commit -qm own ten; git push -q origin topic; mate 'git mv ten zehn' moved; forge topic squashed; git switch -q main; git pull -q",
        &["+zehn:own"],
        &["own"],
    ),
    (
        "a file that the branch renamed and others edited, squashed on the forge",
        "",
        "git switch -qc topic; git mv greek delta; echo own >> delta; git commit -qam own; git push -q origin topic; mate 'edit s/alpha/Alpha/ greek' edited; forge topic squashed; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+delta:Alpha", "+delta:beta", "+delta:gamma", "+delta:own", "-greek:Alpha", "-greek:beta", "-greek:gamma"],
        &["squashed"],
    ),
    (
        "squashed on the forge after both sides renamed files",
        "",
        "git switch -qc topic; git mv greek delta; echo a >> ten; echo b >> delta; git commit -qam own; git push -q origin topic; mate 'git mv ten zehn; edit s/alpha/Alpha/ greek' moved; forge topic squashed; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+delta:Alpha", "+delta:beta", "+delta:gamma", "+delta:b", "-greek:Alpha", "-greek:beta", "-greek:gamma", "+zehn:a"],
        &["squashed"],
    ),
    (
        "squashed on the forge with a reviewer's changes after others renamed a file of it",
        "",
        "git switch -qc topic; echo a >> ten; echo b >> ten; echo c >> ten; git commit -qam own; git push -q origin topic; mate 'git mv ten zehn' moved; (cd ../mate; git fetch -q; git merge -q --squash origin/topic >/dev/null; edit 's/^b$/B/;s/^1$/one/' zehn; echo d > d; git add -A; git commit -qm 'own (#1)' --author='me <me@example.org>'; git push -q origin HEAD:main); git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+zehn:a", "+zehn:c"],
        &["own (#1)"],
    ),
    (
        "each commit copied on the forge after others renamed a file of them",
        "",
        "git switch -qc topic; echo a >> ten; git commit -qam a; edit s/^5$/five/ ten; git commit -qam b; git push -q origin topic; mate 'git mv ten zehn; edit s/^1$/one/ zehn' moved; (cd ../mate; git fetch -q; git cherry-pick origin/main..origin/topic >/dev/null; git push -q origin HEAD:main); git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["-zehn:5", "+zehn:five", "+zehn:a"],
        &["a", "b"],
    ),
    (
        "a colleague copies own work to a release in which the file has another name",
        "mate 'git checkout -qb release; git mv ten zehn; echo r > r' release; (cd ../mate; git push -q origin release; git checkout -q main; git reset -q --hard origin/main~1; git push -qf origin main); git fetch -q",
        "echo own >> ten; git commit -qam own; git push -qf origin main; (cd ../mate; git checkout -q release; git fetch -q; git cherry-pick origin/main >/dev/null; git push -q origin release); git fetch -q; git switch -q release",
        &["+zehn:own"],
        &["own"],
    ),
    (
        "lines of others that happen to be the same in a file that was renamed",
        "",
        "git switch -qc topic; echo a >> ten; echo b >> greek; git commit -qam own; mate 'git mv ten zehn' moved; mate 'echo a >> zehn; echo t > t' theirs; git switch -q main; git pull -q; git branch -qD topic",
        &[],
        &[],
    ),
    (
        "a file that the branch deleted and others renamed, squashed on the forge",
        "",
        "git switch -qc topic; git rm -q ten; echo own >> greek; git commit -qam own; git push -q origin topic; mate 'git mv ten zehn' moved; (cd ../mate; git fetch -q; git merge -q --squash origin/topic >/dev/null 2>&1 || true; git rm -qf zehn; git commit -qm squashed; git push -q origin HEAD:main); git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
        &["+greek:own", "-zehn:1", "-zehn:2", "-zehn:3", "-zehn:4", "-zehn:5", "-zehn:6", "-zehn:7", "-zehn:8", "-zehn:9", "-zehn:10"],
        &["squashed"],
    ),
    (
        "an older deletion reverted, the trunk merged, and the revert reverted",
        "git rm -q greek; git commit -qm gone; mate 'echo q > q' theirs",
        "git revert --no-edit HEAD >/dev/null; git pull -q --no-rebase --no-edit; git revert --no-edit HEAD^1 >/dev/null; echo own >> ten",
        &["+ten:own"],
        &["Merge branch 'main' of ../origin", "Reapply \"gone\"", "Revert \"gone\""],
    ),
    (
        "a hard reset to another's commit that is then reverted",
        "mate \"sed -i 's/^5$/five/' ten\" theirs; git fetch -q",
        "git reset -q --hard origin/main; git revert --no-edit HEAD >/dev/null",
        &["-ten:five"],
        &["Revert \"theirs\""],
    ),
    (
        "dirt stashed, its line deleted by hand and committed, the dirt back",
        "edit /^5$/d ten; edit s/beta/Beta/ greek",
        "git stash -q; edit /^5$/d ten; git commit -qam own; git switch -qc other HEAD~1; git stash apply -q",
        &[],
        &["own"],
    ),
    (
        "dirt committed and squashed, the branch kept",
        "echo old > old; git add old; git commit -qm old; echo dirt >> ten",
        "git commit -qam dirt; git switch -q --detach; printf 'pick %s\\nfixup %s\\n' $(git rev-parse HEAD~1 HEAD) > ../todo; GIT_SEQUENCE_EDITOR='cp ../todo' git rebase -qi HEAD~2",
        &[],
        &["dirt", "old"],
    ),
    (
        "a colleague's commit picked with a conflict, then arrived at",
        "edit s/beta/mine/ greek; git commit -qam old; mate 'sed -i s/beta/theirs/ greek' theirs; git fetch -q",
        "git cherry-pick origin/main >/dev/null 2>&1 || printf 'alpha\\nmine\\ntheirs\\ngamma\\n' > greek; git add greek; git cherry-pick --continue >/dev/null; git switch -q --detach HEAD~2; git merge -q -m merged origin/main",
        &[],
        &[],
    ),
    (
        "an older commit and its revert squashed into another one",
        "echo one >> ten; git commit -qam one; echo two >> greek; git commit -qam two",
        "git revert --no-edit HEAD~1 >/dev/null; printf 'pick %s\\nsquash %s\\nsquash %s\\n' $(git rev-parse HEAD~1 HEAD~2 HEAD) > ../todo; GIT_SEQUENCE_EDITOR='cp ../todo' git rebase -qi HEAD~3",
        &["-ten:one"],
        &["two"],
    ),
    (
        "an own commit picked where half of it is already",
        "echo one >> ten; git commit -qam one; git switch -qc half; echo x > x; git add x; git commit -qm half; git switch -q main",
        "git switch -qc topic HEAD~1; echo one >> ten; echo x > x; git add x; git commit -qam own; git switch -q half; git switch -q main; git cherry-pick topic >/dev/null",
        &["+x:x"],
        &["own", "own"],
    ),
    (
        "a branch rebased by name, and another one that came to the same end",
        "echo old >> ten; git commit -qam old",
        "git switch -qc topic HEAD~1; echo own >> greek; git commit -qam own; git switch -q main; git rebase -q main topic; git switch -q main; git merge -q --no-ff -m joined topic; git rebase -q topic",
        &["+greek:own"],
        &["own"],
    ),
    (
        "an older commit picked, and its branch merged with nothing to do",
        "edit /beta/d greek; git commit -qam old",
        "git switch -qc topic origin/main; git cherry-pick main >/dev/null; git switch -q main; git merge -q -m nothing origin/main; git reset -q --hard origin/main",
        &[],
        &[],
    ),
    (
        "a stash of the start popped after another one was pushed",
        "printf 'a1\\na2\\na3\\n' > new; git stash -qu; edit /beta/d greek",
        "git stash -qu; git stash pop -q stash@{1}; edit /a2/d new; edit '/^5$/d' ten; git commit -qm five ten",
        &["-new:a2", "-ten:5"],
        &["five"],
    ),
    (
        "a mixed reset after a stash was pushed on a detached HEAD",
        "edit /beta/d greek; printf 'older\\nold\\n' >> greek; git commit -qam old; edit s/gamma/dirt/ greek",
        "git switch -q --detach; git stash -q; edit s/^old$/own/ greek; git reset -q HEAD~1",
        &["-greek:old", "+greek:own"],
        &[],
    ),
    (
        "a hard reset, and a commit with lines that only a hard reset can have brought",
        "edit '/^[135]$/d' ten; git commit -qam old",
        "git reset -q --hard HEAD~1; edit s/9/nine/ ten; git commit -qam own; edit '/^[135]$/d' ten",
        &["-ten:1", "-ten:3", "-ten:5", "-ten:9", "+ten:nine"],
        &["own"],
    ),
    (
        "dirt that a pull made clean, left behind by a switch",
        "echo fix >> greek",
        "mate 'echo fix >> greek' theirs; git stash -q; git pull -q; git stash pop -q; git switch -qc old HEAD~1; echo own >> ten",
        &["+ten:own"],
        &[],
    ),
    (
        "a deletion that was dirt, committed, reset away and back from a stash",
        "edit /^5$/d ten",
        "git stash -q; git stash apply -q; git commit -qam own; git reset -q --hard HEAD~1; git stash pop -q; echo own >> greek",
        &["+greek:own"],
        &[],
    ),
    (
        "a hard reset to another's commits, one of them reverted that had deleted lines",
        "mate \"sed -i -e 's/^5$/five/' -e '/^[78]$/d' ten\" one; mate 'sed -i 1i0 ten' two; git fetch -q",
        "git reset -q --hard origin/main; git revert --no-edit HEAD~1 >/dev/null",
        &["-ten:five"],
        &["Revert \"one\""],
    ),
    (
        "a stash of the start that only deletes is popped",
        "edit '/^[56]$/d' ten; git stash -q",
        "git stash pop -q; echo own >> greek",
        &["+greek:own"],
        &[],
    ),
    (
        "a soft reset over an older commit that only deletes",
        "edit /^5$/d ten; git commit -qam old",
        "git reset -q --soft HEAD~1; echo own >> greek",
        &["+greek:own"],
        &[],
    ),
    (
        "an older commit, its revert and the revert's revert rebased, each with a new subject",
        "edit s/beta/Beta/ greek; git commit -qam old",
        "git revert --no-edit HEAD >/dev/null; git revert --no-edit HEAD >/dev/null; git commit -q --amend -m again; mate 'echo q > q' theirs; git fetch -q; GIT_SEQUENCE_EDITOR=\"sed -i s/^pick/reword/\" GIT_EDITOR=\"sed -i '1s/^/re/'\" git rebase -qi origin/main",
        &[],
        &["reRevert \"old\"", "reagain"],
    ),
    (
        "a merge kept by a rebase",
        "",
        "git switch -qc side; echo s > s; git add s; git commit -qm side; git switch -q main; echo m > m; git add m; git commit -qm trunk; git merge -q --no-ff -m joined side; mate 'echo q > q' theirs; git pull -q --rebase=merges",
        &["+m:m", "+s:s"],
        &["side", "trunk", "side", "joined"],
    ),
    (
        "own commits filtered",
        "",
        "echo a >> greek; git commit -qam one; echo b >> greek; git commit -qam two; FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch -f --msg-filter 'sed s/^/x/' origin/main..HEAD >/dev/null 2>&1",
        &["+greek:a", "+greek:b"],
        &["xone", "xtwo"],
    ),
    (
        "older commits whose author is called otherwise since, and an own one",
        "echo a >> greek; git commit -qam older; git push -q",
        "echo b >> greek; git commit -qam own; FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch -f --env-filter 'GIT_AUTHOR_EMAIL=new@example.org' >/dev/null 2>&1; echo c >> greek; git commit -qam last",
        &["+greek:b", "+greek:c"],
        &["own", "last"],
    ),
    (
        "the start's dirt of files that have no lines, or other modes, thrown away",
        "printf 'a\\0b' > bin; ln -s ten link; git add -A; git commit -qm bin; printf 'a\\0dirt' > bin; ln -sfn greek link; chmod +x ten; git rm -q --cached greek; rm greek",
        "git reset -q --hard",
        &["*bin", "+greek:alpha", "+greek:beta", "+greek:gamma", "-link:greek", "+link:ten", "*ten"],
        &[],
    ),
    (
        "others' changes of files that have no lines, or of modes, reverted",
        "printf 'a\\0b' > bin; ln -s ten link; git add -A; git commit -qm bin; git push -q",
        "mate \"printf 'a\\0c' > bin; ln -sfn greek link; chmod +x ten; echo q >> greek\" theirs; git pull -q; git revert --no-edit HEAD >/dev/null",
        &["*bin", "-greek:q", "-link:greek", "+link:ten", "*ten"],
        &["Revert \"theirs\""],
    ),
    (
        "others rename a file that the session made",
        "",
        "printf 'own1\nown2\n' > new; git add new; git commit -qm own; git push -q; mate 'git mv new neu; echo more >> neu' theirs; git pull -q",
        &["+neu:own1", "+neu:own2"],
        &["own"],
    ),
    (
        "older work copied onto a renamed file",
        "git switch -qc side; edit 's/^5$/five/' ten; git commit -qam older; git switch -q main",
        "git mv ten dix; git commit -qm own; git cherry-pick side >/dev/null",
        &[
            "+dix:1",
            "+dix:2",
            "+dix:3",
            "+dix:4",
            "+dix:five",
            "+dix:6",
            "+dix:7",
            "+dix:8",
            "+dix:9",
            "+dix:10",
            "-ten:1",
            "-ten:2",
            "-ten:3",
            "-ten:4",
            "-ten:five",
            "-ten:6",
            "-ten:7",
            "-ten:8",
            "-ten:9",
            "-ten:10",
        ],
        &["own"],
    ),
    (
        "others rename what the session renamed",
        "",
        "git mv greek delta; git commit -qm own; git push -q; mate 'git mv delta omega; echo more >> omega' theirs; git pull -q",
        &[],
        &["own"],
    ),
    (
        "others delete what the session renamed",
        "",
        "git mv greek delta; git commit -qm own; git push -q; mate 'git rm -q delta' theirs; git pull -q",
        &[],
        &["own"],
    ),
    (
        "dirt in a file that others rename, committed",
        "echo dirt >> ten",
        "mate 'git mv ten zehn' theirs; git stash -q; git pull -q; git stash pop -q; echo own >> greek; git commit -qam mine",
        &["+greek:own"],
        &["mine"],
    ),
    (
        "ordinary code on another branch, with brackets that the start's file had",
        "printf 'int a(void)\\n{\\n\\treturn 1;\\n}\\n' > c; git add c; git commit -qm a; git branch short; printf '\\nint b(void)\\n{\\n\\treturn 2;\\n}\\n' >> c; git commit -qam b",
        "git switch -q short; printf '\\nint own(int x)\\n{\\n\\tif (x)\\n\\t\\treturn a();\\n\\treturn 7;\\n}\\n' >> c; git commit -qam own",
        &["+c:", "+c:int own(int x)", "+c:{", "+c:\tif (x)", "+c:\t\treturn a();", "+c:\treturn 7;", "+c:}"],
        &["own"],
    ),
    (
        "ordinary code like what an old stash has, which nobody applied",
        "printf 'int a(void)\\n{\\n\\treturn 1;\\n}\\n' > c; git add c; git commit -qm a; printf '\\nint old(void)\\n{\\n\\tif (a())\\n\\t\\treturn 2;\\n\\treturn 0;\\n}\\n' >> c; git stash -q",
        "printf '\\nint own(void)\\n{\\n\\tif (a())\\n\\t\\treturn 3;\\n\\treturn 0;\\n}\\n' >> c; git commit -qam own",
        &["+c:", "+c:int own(void)", "+c:{", "+c:\tif (a())", "+c:\t\treturn 3;", "+c:\treturn 0;", "+c:}"],
        &["own"],
    ),
    (
        "ordinary code after a pull that took such lines out elsewhere",
        "printf 'int b1(int n)\\n{\\n\\tif (n) {\\n\\t} else {\\n\\t\\tn++;\\n\\t}\\n}\\n' > c; seq 20 30 >> c; git add c; git commit -qm code; git push -q; mate \"sed -i '1,7d' c\" shorter",
        "git pull -q; printf 'int own(int n)\\n{\\n\\tif (n) {\\n\\t} else {\\n\\t\\tn++;\\n\\t}\\n}\\n' >> c",
        &["+c:int own(int n)", "+c:{", "+c:\tif (n) {", "+c:\t} else {", "+c:\t\tn++;", "+c:\t}", "+c:}"],
        &[],
    ),
    (
        "ordinary code while old dirt lies in a stash",
        "printf 'int a(void)\\n{\\n\\treturn 1;\\n}\\n' > c; git add c; git commit -qm a; printf '\\nint old(void)\\n{\\n\\tif (q)\\n\\t\\treturn 4;\\n\\treturn 0;\\n}\\n' >> c",
        "git stash -q; printf 'int own(int k)\\n{\\n\\tint i;\\n\\n\\treturn 0;\\n}\\n\\n' | cat - c > d; mv d c; git commit -qam own",
        &["+c:int own(int k)", "+c:{", "+c:\tint i;", "+c:", "+c:\treturn 0;", "+c:}", "+c:"],
        &["own"],
    ),
    (
        "an older commit that only renames the file, copied on top of an own line in it",
        "seq 20 26 > f; git add f; git commit -qm f; git mv f g; git commit -qm renames",
        "echo own >> g; git commit -qa --fixup=HEAD~1; GIT_SEQUENCE_EDITOR=: git rebase -q -i --autosquash HEAD~3",
        &["+g:own"],
        &["f"],
    ),
    (
        "a file renamed and changed before, stashed for a pull that changed it under its old name",
        "seq 20 30 > f; git add f; git commit -qm f; git push -q; mate 'edit 5aTHEIRS f' theirs; git mv f h; edit 's/^20$/twenty/' h",
        "git stash -q; git pull -q; git stash pop -q",
        &[],
        &[],
    ),
    (
        "others' commit put into one by hand and dropped, then brought in",
        "",
        "mate 'echo theirs >> greek' theirs; git fetch -q; git merge -q --squash origin/main >/dev/null; git commit -qm copy
         git reset -q --keep HEAD~1; git merge -q origin/main",
        &[],
        &[],
    ),
    (
        "the same, left out by a rebase onto it",
        "",
        "mate 'echo theirs >> greek' theirs; git fetch -q; git merge -q --squash origin/main >/dev/null; git commit -qm copy
         git pull -q --rebase >/dev/null 2>&1",
        &[],
        &[],
    ),
    (
        "the same, then copied",
        "",
        "mate 'echo theirs >> greek' theirs; git fetch -q; git merge -q --squash origin/main >/dev/null; git commit -qm copy
         git reset -q --keep HEAD~1; git cherry-pick origin/main >/dev/null",
        &[],
        &[],
    ),
    (
        "the same, kept, then merged",
        "",
        "mate 'echo theirs >> greek' theirs; git fetch -q; git cherry-pick -n origin/main; git commit -qm copy
         git merge -q -m merged origin/main",
        &[],
        &["copy", "merged"],
    ),
    (
        "a stash that left the index as it was, in which a file renamed before is gone",
        "git mv ten dix",
        "git commit -q --only -m mine dix; echo own >> dix; git stash push -q --keep-index",
        &[],
        &["mine"],
    ),
    (
        "dirt with lines that stand in the file more than once, of which some are deleted",
        "printf '%s\\n' one end six end seven ten '}' > f; git add f; git commit -qm f
         printf '%s\\n' eleven '}' one end six end seven ten '}' > f",
        "printf '%s\\n' eleven '}' one end six end seven > f; git commit -qam mine
         printf '%s\\n' eleven '}' one end seven fourteen 'else {' > f",
        &["-f:six", "-f:end", "-f:ten", "-f:}", "+f:fourteen", "+f:else {"],
        &["mine"],
    ),
    (
        "a reset that left dirt with lines like those below it, taken back by one that threw it away",
        "printf '%s\\n' b7 b8 b9 -- '}' b10 -- '}' b11 end else > f; git add f; git commit -qm f
         printf '%s\\n' b28 b29 -- b30 b9 -- '}' b10 -- '}' b11 end else > f; git commit -qam changed
         printf '%s\\n' b39 b40 else b41 -- b42 b28 b29 -- b30 b9 -- '}' b10 -- '}' b11 end else > f",
        "git reset -q --soft HEAD~1; git reset -q --hard ORIG_HEAD",
        &["-f:b39", "-f:b40", "-f:else", "-f:b41", "-f:--", "-f:b42"],
        &[],
    ),
];

/// What came out of a story, where it is not what is told of it.
fn wrong((name, before, session, lines, commits): &Story, pace: u64) -> Option<String> {
    let found = attribute_at_pace(pace, before, session);
    let mut subjects = found.commits.clone();
    subjects.sort();
    let mut expected = commits.to_vec();
    expected.sort_unstable();
    let said = || format!("{name}, {pace} s a command: {:?} {:?}, carried over {:?}", found.lines, found.commits, found.carried);
    (found.lines != *lines || subjects != expected).then(said)
}

#[test]
fn stories_come_out_right() {
    // those alone whose name has this in it
    let only = std::env::var("JOURNAL_STORY").unwrap_or_default();
    let paces: Vec<(&Story, u64)> = STORIES.iter().filter(|s| s.0.contains(&only)).flat_map(|story| [(story, 0), (story, 7)]).collect();
    let halves = paces.chunks(paces.len().div_ceil(2));
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> =
            halves.map(|half| scope.spawn(|| half.iter().filter_map(|(story, pace)| wrong(story, *pace)).collect())).collect();
        running.into_iter().flat_map(|thread| -> Vec<String> { thread.join().expect("a thread that ends") }).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn replaced_ids_lead_to_the_final_commit() {
    let found =
        attribute("", "echo a >> ten; git commit -qam one; git commit -q --amend -m two; mate 'echo q > q' theirs; git pull -q --rebase");
    assert_eq!(found.commits, ["two"]);
    assert_eq!((found.said.commits[0].replaced.len(), found.said.commits[0].amended_at.is_some()), (2, true));
}

#[test]
fn a_dropped_commit_is_a_dead_end() {
    let found = attribute("", "echo a >> ten; git commit -qam one; git reset -q --hard HEAD~1; echo b >> ten; git commit -qam two");
    let ends: Vec<&str> = found.said.dead_ends.iter().map(|d| d.subject.as_str()).collect();
    assert_eq!((found.commits, ends), (vec!["two".to_owned()], vec!["one"]));
}

#[test]
fn what_a_soft_reset_gives_to_an_amended_commit_went_into_it() {
    let fold = |commits: &str, way: &str| attribute("", &format!("printf 'a1\\na2\\n' >> ten; git commit -qam one; {commits}; {way}"));
    let amend = "git commit -qa --amend --no-edit";
    let two = "edit s/^a2$/better/ ten; git commit -qam two";
    for (commits, way, expected) in [
        (two.to_owned(), format!("git reset -q --soft HEAD~1; {amend}"), (2, 0)),
        (format!("{two}; edit s/^better$/best/ ten; git commit -qam three"), format!("git reset -q --soft HEAD~2; {amend}"), (3, 0)),
        (two.to_owned(), format!("git reset -q --hard HEAD~1; edit s/^a2$/other/ ten; {amend}"), (1, 1)),
        (two.to_owned(), format!("git reset -q --hard HEAD~1; echo b >> greek; {amend}"), (1, 1)),
    ] {
        let found = fold(&commits, &way);
        assert_eq!((found.said.commits[0].replaced.len(), found.said.dead_ends.len()), expected, "{commits}; {way}");
        assert_eq!(found.commits, ["one"]);
    }
}

#[test]
fn a_soft_reset_and_a_new_commit_replace() {
    let found = attribute(
        "",
        "echo a >> ten; git commit -qam one; echo b >> greek; git commit -qam two; git reset -q --soft HEAD~2; git commit -qm both",
    );
    assert_eq!((found.commits, found.said.dead_ends.len(), found.said.commits[0].replaced.len()), (vec!["both".to_owned()], 0, 2));
}

#[test]
fn squashed_on_the_forge_replaces() {
    for (meanwhile, by_others) in [("true", 0), ("mate 'git mv ten zehn' moved", 1)] {
        let found = attribute(
            "",
            &format!(
                "git switch -qc topic; echo a >> ten; git commit -qam one; echo b >> greek; git commit -qam two
                 git commit -q --amend -m 'two again'; git push -q origin topic; {meanwhile}; forge topic both
                 git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic"
            ),
        );
        let others: usize = found.said.foreign_moves.iter().map(all).sum();
        assert_eq!((found.commits, found.said.commits[0].replaced.len()), (vec!["both".to_owned()], 3), "{meanwhile}");
        assert_eq!((found.said.dead_ends.len(), found.carried.len(), others), (0, 0, by_others), "{meanwhile}");
    }
}

#[test]
fn a_mode_squashed_on_the_forge_lives_on() {
    let found = attribute(
        "",
        "git switch -qc topic; echo n > new; git add new; git commit -qm one; chmod +x new; git commit -qam two; git push -q origin topic
         forge topic both; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
    );
    assert_eq!((found.commits, found.said.commits[0].replaced.len(), found.said.dead_ends.len()), (vec!["both".to_owned()], 2, 0));
}

#[test]
fn what_a_rebase_leaves_out_because_it_is_there_is_no_dead_end() {
    let other = "echo x > x; git add x; git commit -qm other";
    for (session, lost) in [
        (format!("git switch -qc side; echo a >> ten; git commit -qam own; git switch -q main; {other}; git cherry-pick side >/dev/null; git rebase -q side"), 0),
        (format!("echo a >> ten; git commit -qam own; git branch side; git reset -q --soft HEAD~; git commit -qm again; {other}; git rebase -q side"), 0),
        (
            format!(
                "echo a >> ten; git commit -qam own; git branch side; git reset -q --soft HEAD~; git commit -qm again; {other}; git rebase -q side
                 git reset -q --hard HEAD~2; git branch -qD side"
            ),
            3,
        ),
    ] {
        let found = attribute("", &session);
        assert_eq!(found.said.dead_ends.len(), lost, "{session}: {:?}", found.said.dead_ends);
    }
}

#[test]
fn others_commits_are_counted_whenever_they_were_fetched() {
    let before = "mate 'echo a > a' one; mate 'echo b > b' two; git fetch -q; mate 'echo c > c' three";
    for (session, others) in [
        ("git merge -q origin/main", vec![2]),
        ("git pull -q", vec![3]),
        ("echo own >> ten; git commit -qam own; git pull -q --rebase", vec![3]),
        ("echo own >> ten; git commit -qam own; git merge -qm joined origin/main; git pull -q --rebase", vec![2, 1]),
        ("git reset -q --hard origin/main", vec![2]),
        ("echo own >> ten; git commit -qam own; GIT_SEQUENCE_EDITOR=true git rebase -q -i --root --no-ff", vec![0]),
        ("git switch -qc side; echo own >> ten; git commit -qam own; git switch -q main; git merge -q --no-ff -m joined side", vec![0]),
    ] {
        let found = attribute(before, session);
        let moves = found.said.foreign_moves.iter().filter(|step| step.what != MoveKind::Switch || !step.brought.is_nothing());
        let counted: Vec<usize> = moves.map(all).collect();
        assert_eq!(counted, others, "{session}");
    }
}

#[test]
fn a_merge_that_a_rebase_makes_again_is_the_same_merge() {
    let side =
        "(cd ../mate; git checkout -qb side; echo s > s; git add s; git commit -qm side; git push -q origin side; git checkout -q main)";
    let in_main =
        "mate 'git checkout -qb side; echo s > s' side; (cd ../mate; git push -q origin side; git checkout -q main); git fetch -q";
    for before in [side, in_main] {
        for rebase in ["git pull -q --rebase=merges", "git fetch -q; git rebase -q -r origin/main"] {
            let session = format!("git merge -q --no-ff -m joined origin/side; mate 'echo q > q' theirs; {rebase}");
            let found = attribute(&format!("{before}; git fetch -q"), &session);
            assert_eq!(
                (found.commits, found.said.commits[0].replaced.len(), found.said.dead_ends.len()),
                (vec!["joined".to_owned()], 1, 0)
            );
            assert!(found.lines.is_empty(), "{:?}", found.lines);
            assert_eq!(found.said.foreign_moves.len(), 2, "{:?}", found.said.foreign_moves);
        }
    }
}

#[test]
fn what_was_picked_from_others_is_not_replaced() {
    let found = attribute(
        "mate 'git checkout -qb side; edit s/beta/BETA/ greek' side; (cd ../mate; git push -q origin side; git checkout -q main); git fetch -q",
        "edit s/alpha/ALPHA/ greek; git commit -qam own; git cherry-pick origin/side >/dev/null 2>&1 || {
         printf 'ALPHA\nBETA\ngamma\nresolved\n' > greek; git commit -qam side; }",
    );
    assert!(found.said.commits.iter().all(|commit| commit.replaced.is_empty()), "{:?}", found.said.commits);
}

#[test]
fn what_lived_on_in_another_way_is_no_dead_end() {
    for (session, commits, replaced) in [
        (
            "echo a > a; git add a; git commit -qm one; echo b > b; git add b; git commit -qm two
             GIT_SEQUENCE_EDITOR='sed -i 2s/^pick/squash/' git rebase -q -i HEAD~2 >/dev/null; git reset -q HEAD~1; git add -A; git commit -qm all",
            vec!["all"],
            vec![3],
        ),
        (
            "seq 20 30 > n; git add n; git commit -qm own; edit 3d n; echo more >> n; git commit -qa --fixup=HEAD
             GIT_SEQUENCE_EDITOR=true git rebase -qi --autosquash HEAD~2; mate 'echo q > q' theirs; git pull -q --rebase",
            vec!["own"],
            vec![3],
        ),
        (
            "edit s/3/three/ ten; git commit -qam one; edit s/beta/BETA/ greek; git commit -qam two
             mate 'edit s/3/drei/ ten; edit s/beta/Beta/ greek' theirs; git fetch -q; git rebase -q origin/main >/dev/null 2>&1 || true
             echo resolved > ten; git add ten; git rebase --continue >/dev/null 2>&1 || true; git rebase --abort
             git rebase -q origin/main >/dev/null 2>&1 || true; echo a > ten; git add ten; git rebase --continue >/dev/null 2>&1 || true
             echo b > greek; git add greek; git rebase --continue >/dev/null 2>&1",
            vec!["one", "two"],
            vec![1, 1],
        ),
        (
            "git switch -qc side; echo x > x; git add x; git commit -qm x; git switch -q main; echo y > y; git add y; git commit -qm y
             git merge -q --no-ff -m joined side; mate 'echo other > y' theirs; git pull -q --rebase=merges >/dev/null 2>&1 || true",
            vec!["x", "y", "joined"],
            vec![0, 0, 0],
        ),
        (
            "git switch -qc spike; seq 20 30 > n; git add n; git commit -qm wip; edit s/^25$/x/ n; git commit -qam 'wip 2'
             git switch -q main; git merge -q --squash spike >/dev/null; git commit -qm feature; git branch -qD spike",
            vec!["feature"],
            vec![2],
        ),
        (
            "mkdir a; git mv ten a/ten; git commit -qm one; git mv a b; git commit -qm two; git reset -q --soft HEAD~2; git commit -qm both",
            vec!["both"],
            vec![2],
        ),
        (
            "edit s/3/three/ ten; git commit -qam one; edit s/three/drei/ ten; git commit -qam two
             git reset -q --soft HEAD~2; git commit -qm both",
            vec!["both"],
            vec![2],
        ),
        (
            "seq 20 25 > a; seq 30 35 > b; git add .; git commit -qm both; git reset -q HEAD~1
             git add a; git commit -qm one; git add b; git commit -qm two",
            vec!["one", "two"],
            vec![1, 1],
        ),
        (
            "seq 20 25 > a; seq 30 35 > b; git add .; git commit -qm both; git reset -q HEAD~1
             git add a; git commit -qm one; edit s/32/thirty-two/ b; git add b; git commit -qm two",
            vec!["one", "two"],
            vec![1, 1],
        ),
        (
            "seq 20 25 > a; seq 30 35 > b; git add .; git commit -qm both; echo last > c; git add c; git commit -qm last
             GIT_SEQUENCE_EDITOR='sed -i 1s/pick/edit/' git rebase -q -i HEAD~2 2>/dev/null; git reset -q HEAD~1
             git add a; git commit -qm one; git add b; git commit -qm two; git rebase --continue >/dev/null 2>&1",
            vec!["one", "two", "last"],
            vec![1, 1, 1],
        ),
        (
            "edit s/3/three/ ten; git commit -qam one; git reset -q --soft HEAD~; edit s/4/four/ ten; git commit -qa -C ORIG_HEAD",
            vec!["one"],
            vec![1],
        ),
    ] {
        let found = attribute("", session);
        let each: Vec<usize> = found.said.commits.iter().map(|commit| commit.replaced.len()).collect();
        assert_eq!((found.commits, each, found.said.dead_ends), (to_strings(&commits), replaced, Vec::new()), "{session}");
        assert!(found.said.rollbacks.iter().all(|step| step.lived_on), "{session}: {:?}", found.said.rollbacks);
    }
}

#[test]
fn what_was_copied_and_left_behind_is_a_dead_end() {
    let a = "echo a > a; git add a; git commit -qm a";
    let pull = "mate 'echo q >> q' theirs; git pull -q --rebase";
    for (session, commits, replaced, dead) in [
        (format!("{a}; {pull}; git reset -q --hard HEAD~1"), 0, 0, 1),
        (format!("{a}; {pull}; {pull}; git reset -q --hard HEAD~1"), 0, 0, 1),
        (format!("{a}; {pull}; git branch -q keep; {pull}; git reset -q --hard HEAD~1"), 1, 1, 0),
        (
            format!(
                "{a}; echo b > b; git add b; git commit -qm b
                 GIT_SEQUENCE_EDITOR='sed -i s/^pick/reword/' GIT_EDITOR='sed -i 1s/$/w/' git rebase -q -i HEAD~2 >/dev/null
                 git reset -q --hard HEAD~2"
            ),
            0,
            0,
            2,
        ),
        (
            "edit s/beta/X/ greek; git commit -qam x; mate 'edit s/beta/Z/ greek' theirs; git fetch -q
             git rebase -q origin/main >/dev/null 2>&1 || git rebase --abort; git reset -q --hard HEAD~1"
                .to_owned(),
            0,
            0,
            1,
        ),
    ] {
        let said = attribute("", &session).said;
        let all: usize = said.commits.iter().map(|commit| commit.replaced.len()).sum();
        assert_eq!((said.commits.len(), all, said.dead_ends.len()), (commits, replaced, dead), "{session} {:?}", said.dead_ends);
    }
}

#[test]
fn a_merge_put_in_a_row_is_neither_replaced_nor_a_dead_end() {
    let (x, y) = (
        "git switch -qc x main; echo x > x; git add x; git commit -qm x",
        "git switch -qc y main; echo y > y; git add y; git commit -qm y",
    );
    let one = format!("{x}; git switch -q main; git merge -q --no-ff -m joined x");
    let octopus = format!("{x}; {y}; git switch -q main; git merge -q --no-ff -m joined x y");
    let written = format!("{x}; git switch -q main; git merge -q --no-ff --no-commit x; echo w >> ten; git add ten; git commit -qm joined");
    let deleting =
        format!("{x}; git switch -q main; git merge -q --no-ff --no-commit x; edit /gamma/d greek; git add greek; git commit -qm joined");
    let in_conflict =
        "git switch -qc x; edit s/beta/X/ greek; git commit -qam x; git switch -q main; edit s/beta/Y/ greek; git commit -qam y
        git merge -q --no-ff -m joined x >/dev/null || true; printf 'alpha\nX Y\ngamma\n' > greek; git add greek; git commit -qm joined";
    let pull = "mate 'echo q > q' theirs; git pull -q --rebase";
    let resolved = format!(
        "{pull} >/dev/null 2>&1 || true; printf 'alpha\nX Y\ngamma\n' > greek; git add greek; git rebase --continue >/dev/null 2>&1"
    );
    let otherwise = resolved.replace("X Y", "Z");
    let both =
        "mate 'echo q > q' theirs; git pull -q --no-rebase --no-edit; git branch -q before; mate 'echo r > r' more; git pull -q --rebase";
    let updated = "git switch -qc topic; echo a >> greek; git commit -qam a
        git push -q origin topic; mate 'echo q > q' theirs; git fetch -q; git merge -qm joined origin/main; git push -q origin topic";
    let landed = "forge topic all; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic";
    for (session, commits, replaced, dead) in [
        (format!("{one}; {pull}"), vec!["x", "x"], 0, 0),
        (format!("{octopus}; {pull}"), vec!["x", "y", "x", "y"], 0, 0),
        (format!("{one}; {pull}; git branch -qD x"), vec!["x"], 1, 0),
        (format!("{octopus}; {pull}; git branch -qD x y"), vec!["x", "y"], 2, 0),
        (format!("{one}; git reset -q --hard HEAD~1"), vec!["x"], 0, 1),
        (format!("{one}; git reset -q --soft HEAD~1; git commit -qm all"), vec!["x", "all"], 1, 0),
        (format!("{one}; echo a > a; git add a; git commit -qm a; git rebase -q --onto HEAD~2 HEAD~1"), vec!["x", "a"], 1, 1),
        (format!("{written}; {pull}"), vec!["x", "x"], 0, 1),
        (format!("{deleting}; {pull}"), vec!["x", "x"], 0, 1),
        (format!("{in_conflict}; {resolved}"), vec!["x", "x", "y"], 1, 0),
        (format!("{in_conflict}; {otherwise}"), vec!["x", "x", "y"], 1, 1),
        (format!("echo a > a; git add a; git commit -qm a; {both}; git branch -qD before"), vec!["a"], 1, 0),
        (
            "git switch -qc topic; echo a >> greek; git commit -qam a; mate 'echo q > q' theirs; git fetch -q; git merge -qm joined origin/main
             echo b > b; git add b; git commit -qm b; git push -q origin topic; forge topic all; git switch -q main; git pull -q
             git branch -qD topic; git push -q origin :topic"
                .to_owned(),
            vec!["all"],
            2,
            0,
        ),
        (
            "git switch -qc topic; echo a > a; git add a; git commit -qm a; git push -q origin topic; forge topic first
             git pull -q --no-rebase --no-edit origin main; echo b > b; git add b; git commit -qm b; git push -q origin topic; forge topic second
             git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic"
                .to_owned(),
            vec!["first", "second"],
            2,
            0,
        ),
        (format!("{updated}; {landed}"), vec!["all"], 1, 0),
        (format!("{updated}; mate 'echo r > r' more; git pull -q --no-rebase --no-edit origin main; {landed}"), vec!["all"], 1, 0),
        (format!("{updated}; echo w > w; git add w; git commit -q --amend -m written; {landed}"), vec!["all"], 1, 1),
    ] {
        let found = attribute("", &session);
        let mut subjects = found.commits.clone();
        subjects.sort();
        let mut expected = to_strings(&commits);
        expected.sort();
        let all: usize = found.said.commits.iter().map(|commit| commit.replaced.len()).sum();
        assert_eq!((subjects, all, found.said.dead_ends.len()), (expected, replaced, dead), "{session} {:?}", found.said.dead_ends);
    }
}

#[test]
fn a_file_that_the_session_made_and_others_added_to_is_created() {
    let theirs = "git add new; git commit -qm own; git push -q; mate 'echo more >> new' theirs; git pull -q";
    assert_eq!(attribute("", &format!("echo own > new; {theirs}")).said.created, ["new".into()]);
    let renamed = theirs.replace("echo more >> new", "echo more >> new; git mv new neu");
    assert_eq!(attribute("", &format!("seq 20 30 > new; {renamed}")).said.created, ["neu".into()]);
    let back = theirs.replace("echo more >> new", "git mv new neu; echo more >> neu' away; mate 'git mv neu new");
    assert_eq!(attribute("", &format!("seq 20 30 > new; {back}")).said.created, ["new".into()]);
    for renamed in ["git mv new neu", "git mv new neu; git commit -qm mine"] {
        let session = format!("{OWN_AND_THEIRS}; git pull -q; {renamed}");
        assert_eq!(attribute("", &session).said.created, ["neu".into()], "{renamed}");
    }
    let moved = "mkdir d; mv ten d/ten; edit 2aown d/ten; git add -A; git commit -qm mine; git push -q
                 mate 'mkdir -p e; git mv d/ten e/zehn; edit 5atheirs e/zehn' theirs; git pull -q";
    assert!(attribute("", moved).said.created.is_empty());
    let both = "mate 'echo theirs > new' theirs; echo own > new; git add new; git commit -qm own; git pull -q --no-rebase || true
                printf 'own\ntheirs\n' > new; git add new; git commit -qm merged";
    assert!(attribute("", both).said.created.is_empty());
}

/// A file of the session, and a line of others in it that is not pulled yet.
const OWN_AND_THEIRS: &str = "seq 20 27 > new; git add new; git commit -qm own; git push -q; mate 'edit 4atheirs new' theirs";

#[test]
fn other_names_are_followed() {
    let revert = "git commit -qm mine; git revert --no-edit HEAD >/dev/null";
    for (name, before, session, files) in [
        (
            "a stash of before into a file renamed since",
            "echo stashed >> ten; sed -i 2astashed2 ten; git stash -q",
            "git mv ten dix; git commit -qm mine; git stash pop -q",
            vec!["0 0 ten => dix"],
        ),
        (
            "the same, committed",
            "echo stashed >> ten; sed -i 2astashed2 ten; git stash -q",
            "git mv ten dix; git commit -qm mine; git stash pop -q; echo own >> dix; git commit -qam more",
            vec!["1 0 ten => dix"],
        ),
        (
            "a stash of before into a file that others renamed",
            "echo stashed >> ten; git stash -q",
            "mate 'git mv ten dix' theirs; git pull -q; git stash pop -q; echo own >> dix",
            vec!["1 0 dix"],
        ),
        ("dirt that is a rename, taken back", "git mv ten dix", revert, vec!["0 0 dix => ten"]),
        (
            "dirt that is a rename, committed under a third name, rebased",
            "mkdir a; git mv ten a/dix",
            "git mv a b; git commit -qm mine; mate \"sed -i -e 's/^3$/three/' -e 8amore ten\" theirs; git fetch -q; git rebase -q origin/main",
            vec!["0 0 {a => b}/dix"],
        ),
        (
            "dirt that is a rename on one branch, another rename on the other",
            "git switch -qc old; echo before >> greek; git commit -qam before; git mv ten dix",
            "git add -A; git commit -qm one; git switch -q main; git mv ten zehn; sed -i 4aown zehn; git add -A; git commit -qm two",
            vec!["1 0 ten => zehn"],
        ),
        (
            "dirt that is a new file, committed under another name",
            "seq 1 12 > new",
            "git switch -qc topic; git add new; git commit -qm one; git mv new neu; echo own >> neu; git commit -qam two
             git switch -q main; git merge -q --no-ff -m M topic",
            vec!["1 0 new => neu"],
        ),
        (
            "others delete the file in which the session deleted lines",
            "",
            "edit '3d;6d' ten; git commit -qam mine; git push -q; mate 'git rm -q ten' theirs; git pull -q; echo own >> greek",
            vec!["1 0 greek"],
        ),
        (
            "others delete the file that the session renamed and deleted lines in",
            "",
            "git mv ten dix; edit '3d;6d' dix; git commit -qam mine; git push -q; mate 'git rm -q dix' theirs; git pull -q; echo own >> greek",
            vec!["1 0 greek"],
        ),
        (
            "others rename the file in which the session deleted dirt",
            "edit 2adirt ten",
            "edit '3d;5d' ten; edit '6aown' ten; git commit -qam mine; git push -q; mate 'git mv ten dix' theirs; git pull -q",
            vec!["1 2 dix"],
        ),
        (
            "others rename and change what the session renamed and changed",
            "",
            "mkdir d; mv ten d/ten; edit 2aown d/ten; git add -A; git commit -qm mine; git push -q
             mate 'mkdir -p e; git mv d/ten e/zehn; edit 5atheirs e/zehn' theirs; git pull -q",
            vec!["1 0 e/zehn"],
        ),
        (
            "the same, and the session's other work merged there",
            "",
            "mkdir d; mv ten d/ten; edit 2aown d/ten; git add -A; git commit -qm mine; git push -q
             git switch -qc pr; git rm -q greek; git commit -qm other; git push -q origin pr
             mate 'mkdir -p e; git mv d/ten e/zehn; edit 5atheirs e/zehn' theirs
             (cd ../mate; git fetch -q; git merge -q --no-ff -m merged origin/pr; git push -q origin HEAD:main)
             git switch -q main; git pull -q; git branch -qD pr; git push -q origin :pr",
            vec!["1 0 e/zehn", "0 3 greek"],
        ),
        (
            "others rename the folder that the session renamed",
            "mkdir a; git mv ten greek a; git commit -qm moved; git push -q",
            "git mv a b; git commit -qm mine; git push -q; mate 'git mv b c; edit 2atheirs c/ten' theirs; git pull -q; echo own >> c/ten",
            vec!["1 0 c/ten"],
        ),
        (
            "a merge that leaves a file of ours under its name",
            "",
            "echo own >> ten; git commit -qam mine; mate 'git mv ten dix' theirs; git fetch -q; git merge -q -s ours -m M origin/main",
            vec!["1 0 ten"],
        ),
        (
            "a file of the session that others added to, renamed by the session",
            "",
            &format!("{OWN_AND_THEIRS}; git pull -q; git mv new neu")[..],
            vec!["8 0 neu"],
        ),
        (
            "the same, committed, added to again by others and renamed once more",
            "",
            &format!(
                "{OWN_AND_THEIRS}; git pull -q; git mv new neu; git commit -qm mine; git push -q
                 mate 'echo more >> neu' more; git pull -q; git mv neu neo; git commit -qm again"
            ),
            vec!["8 0 neo"],
        ),
        (
            "the same, renamed before what others added came",
            "",
            &format!("{OWN_AND_THEIRS}; git mv new neu; git commit -qm mine; git pull -q --rebase"),
            vec!["8 0 neu"],
        ),
        (
            "the same, merged",
            "",
            &format!("{OWN_AND_THEIRS}; git mv new neu; git commit -qm mine; git pull -q --no-rebase --no-edit"),
            vec!["8 0 neu"],
        ),
        (
            "a file whose dirt was thrown away, under another name and unlike what it was at the start",
            "seq 7 8 > f; git add f; git commit -qm f; echo more >> ten; git commit -qam more; edit 1idirt f",
            "git reset -q --hard HEAD~1; git mv f h; printf 'own\\n8\\n' > h",
            vec!["0 3 f", "2 0 h"],
        ),
        (
            "the same, with its other lines left",
            "seq 7 8 > f; git add f; git commit -qm f; echo more >> greek; git commit -qam more; edit s/8/dirt/ f",
            "git revert --no-edit HEAD >/dev/null; git mv f h; git restore h; echo own >> h",
            vec!["0 2 f", "0 1 greek", "3 0 h"],
        ),
    ] {
        assert_eq!(attribute(before, session).files, to_strings(&files), "{name}");
    }
}

#[test]
fn where_a_reset_may_have_been_hard_or_soft_nothing_is_separable() {
    let before = "edit 5d ten; echo older >> greek; git commit -qam older";
    for session in [
        "git reset -q --hard HEAD~1; edit 5d ten; git commit -qam mine",
        "git reset -q HEAD~1; git add ten; git commit -qm mine; git checkout -q greek",
    ] {
        let unsure: Vec<String> = attribute(before, session).said.not_separable.iter().map(|path| path.lossy().into_owned()).collect();
        assert_eq!(unsure, ["greek", "ten"], "{session}");
    }
}

#[test]
fn where_a_stash_may_have_brought_back_what_a_reset_threw_away_it_is_said() {
    let rows = "printf 'a1\\na2\\na3\\na4\\n' >> greek";
    for (before, session) in [
        // popped: the stash is found among the objects that nothing refers to
        (
            "edit 1iolder ten".to_owned(),
            format!(
                "git commit -qm mine ten; {rows}; git stash -q; git stash apply -q; git commit -qam rows
                 git reset -q --hard HEAD~2; git stash pop -q; git commit -qam again"
            ),
        ),
        // applied a second time
        (
            format!("{rows}; git stash -q; edit 1iolder ten"),
            "git stash apply -q; git commit -qam mine; git reset -q --hard HEAD~1; git stash apply -q; git commit -qam again".to_owned(),
        ),
    ] {
        assert!(!attribute(&before, &session).said.not_separable.is_empty(), "{session}");
    }
}

#[test]
fn that_a_reset_brought_a_file_back_which_is_gone_at_the_end_is_not_certain() {
    let found = attribute("git rm -q greek; git commit -qm older", "git reset -q --hard HEAD~1; rm greek; echo own >> ten");
    let unsure: Vec<String> = found.said.not_separable.iter().map(|path| path.lossy().into_owned()).collect();
    assert_eq!((unsure, found.lines), (vec!["greek".to_owned()], vec!["+ten:own".to_owned()]));
}

#[test]
fn what_git_left_for_something_that_was_given_up_nobody_deleted() {
    let theirs = "mate \"sed -i 's/^1$/one/' ten; echo t > t\" theirs; git fetch -q; edit 's/^1$/uno/' ten; git commit -qam older";
    for (begun, aborted) in [
        ("git merge -q origin/main", "git merge --abort"),
        ("git cherry-pick origin/main", "git cherry-pick --abort"),
        ("git rebase -q origin/main", "git rebase --abort"),
        ("git format-patch -q -1 --stdout origin/main > ../p; git am -q -3 ../p", "git am --abort"),
    ] {
        let before = format!("{MATE}\n{theirs}\n({begun}) >/dev/null 2>&1 || true");
        let found = attribute(&before, &format!("{aborted}; echo own >> greek; git commit -qam own"));
        assert_eq!((found.lines, found.commits), (vec!["+greek:own".to_owned()], vec!["own".to_owned()]), "{begun}");
    }
}

#[test]
fn what_a_rebase_that_stands_still_has_copied_is_there_once() {
    let own = "echo n > n; git add n; git commit -qm one; edit 's/^1$/uno/' ten; git commit -qam two";
    let found = attribute("", &format!("{own}; mate \"sed -i 's/^1$/one/' ten\" theirs; git pull -q --rebase >/dev/null 2>&1 || true"));
    assert_eq!(found.commits, ["two", "one"]);
    assert_eq!(found.said.commits.iter().map(|commit| commit.replaced.len()).collect::<Vec<_>>(), [0, 1]);
    assert!(found.said.dead_ends.is_empty(), "{:?}", found.said.dead_ends);
}

#[test]
fn marks_of_a_merge_that_was_found_under_way_are_taken_out_by_whoever_concludes_it() {
    let theirs = "mate \"sed -i 's/^1$/one/' ten\" theirs; git fetch -q; edit 's/^1$/uno/' ten; git commit -qam older";
    let before = format!("{MATE}\n{theirs}\ngit merge -q origin/main >/dev/null 2>&1 || true");
    let found = attribute(&before, "sed -i '/^[<=>]\\{7\\}/d' ten; git commit -qam merged");
    assert_eq!(found.lines.iter().filter(|line| line.starts_with("-ten:")).count(), 3, "{:?}", found.lines);
}

#[test]
fn marks_of_a_conflict_that_no_commit_waits_for_are_gits() {
    let theirs = "mate \"sed -i 's/^1$/one/' ten\" theirs; git fetch -q";
    for (before, session, lines) in [
        (
            "echo dirt >> ten; sed -i 's/^10$/zehn/' ten; git stash -q",
            "edit 's/^10$/dix/' ten; git commit -qam own; git stash pop -q >/dev/null 2>&1 || true",
            &["+ten:dix"][..],
        ),
        ("edit 's/^1$/uno/' ten", &format!("{theirs}; git pull -q --rebase --autostash >/dev/null 2>&1 || true"), &[]),
        (
            "edit 's/^1$/uno/' ten; git commit -qam older",
            &format!("{theirs}; git merge -q --squash origin/main >/dev/null 2>&1 || true"),
            &["+ten:one"],
        ),
    ] {
        let found = attribute(&format!("{MATE}\n{before}"), session);
        assert_eq!(found.lines, to_strings(lines), "{session}");
        let unresolved: Vec<String> = found.said.unresolved.iter().map(|path| path.lossy().into_owned()).collect();
        assert_eq!(unresolved, ["ten"], "{session}");
    }
}

#[test]
fn carried_over_commits_are_named() {
    let found = attribute("echo old >> greek; git commit -qam old", "mate 'echo q > q' theirs; git pull -q --rebase");
    assert_eq!((found.carried, found.commits), (vec!["old".to_owned()], Vec::new()));
}

#[test]
fn commits_on_other_branches_say_which() {
    let found = attribute("", "git switch -qc topic; echo a > a; git add a; git commit -qm one; git switch -q main");
    assert_eq!((found.said.commits[0].branch.as_deref(), found.lines.len()), (Some("topic"), 0));
}

#[test]
fn what_others_brought_is_told_by_the_way_it_came() {
    let hot = "(cd ../mate; git switch -qc hot; echo hot >> ten; git commit -qam hot; git format-patch -q -1 -o ../patches)";
    let push = "git -C ../mate push -q ../work HEAD:main";
    for (session, what, others) in [
        ("git fetch -q ../mate hot; git cherry-pick FETCH_HEAD >/dev/null; rm .git/FETCH_HEAD", MoveKind::Pick, 0),
        ("git fetch -q ../mate hot; git am -q ../patches/*", MoveKind::Apply, 0),
        (push, MoveKind::Push, 1),
    ] {
        let found = attribute(&format!("{hot}; git config receive.denyCurrentBranch updateInstead"), session);
        let moves: Vec<(MoveKind, usize)> = found.said.foreign_moves.iter().map(|step| (step.what, all(step))).collect();
        assert_eq!((moves, found.lines.len(), found.commits.len()), (vec![(what, others)], 0, 0), "{session}");
    }
}

#[test]
fn a_file_that_somebody_changed_before_it_landed_is_still_created() {
    let found = attribute(
        "",
        "git switch -qc topic; seq 11 20 > new; git add new; git commit -qm own; git push -q origin topic
         (cd ../mate; git fetch -q; git switch -q topic; edit s/^15$/fifteen/ new; echo more > more; git add more; git commit -qam suggested
          git push -q origin topic; git switch -q main)
         forge topic both; git switch -q main; git pull -q; git branch -qD topic; git push -q origin :topic",
    );
    let created: Vec<String> = found.said.created.iter().map(|path| path.lossy().into_owned()).collect();
    assert_eq!((created, found.said.commits[0].by_another, found.said.dead_ends.len()), (vec!["new".to_owned()], true, 0));
}

#[test]
fn what_a_copy_names_as_its_source_tells_the_resolution_apart() {
    let found = attribute(
        "(cd ../mate; git switch -qc hot; edit s/beta/BETA/ greek; git commit -qam hot)",
        "edit s/beta/Beta/ greek; git commit -qam own; git fetch -q ../mate hot; git cherry-pick -x FETCH_HEAD >/dev/null 2>&1 || true
         printf 'alpha\\nBETA\\nresolved\\ngamma\\n' > greek; git commit -qa --cleanup=strip --no-edit; rm .git/FETCH_HEAD",
    );
    assert_eq!((found.lines, found.commits), (vec!["+greek:resolved".to_owned()], vec!["own".to_owned(), "hot".to_owned()]));
}

#[test]
fn own_work_by_somebody_elses_hand_says_so() {
    let patch = "(cd ../mate; echo q > q; git add q; git commit -qm patch; git format-patch -q -1 -o ..)";
    let found = attribute(patch, "git am -q ../0001-patch.patch; echo own >> greek; git commit -qam own");
    let by: Vec<bool> = found.said.commits.iter().map(|commit| commit.by_another).collect();
    assert_eq!((found.commits, by), (vec!["patch".to_owned(), "own".to_owned()], vec![true, false]));
}

#[test]
fn a_reset_that_dropped_what_is_nowhere_else_is_a_step_back() {
    let big = "seq 20 25 > a; seq 30 35 > b; git add .; git commit -qm both";
    for (session, lived_on) in [
        (format!("{big}; git reset -q --hard HEAD~1; echo other > b; git add b; git commit -qm other"), false),
        (
            format!(
                "{big}; git reset -q --hard HEAD~1; seq 20 22 > a; git add a; git commit -qm one; seq 30 31 > b; git add b; git commit -qm two"
            ),
            false,
        ),
        (format!("{big}; git reset -q HEAD~1; git add .; git commit -qm again"), true),
        ("git reset -q --hard HEAD~1".to_owned(), false),
    ] {
        let found = attribute("echo older >> greek; git commit -qam older", &session);
        let back: Vec<bool> = found.said.rollbacks.iter().map(|step| step.lived_on).collect();
        assert_eq!(back, [lived_on], "{session}");
    }
}

#[test]
fn movements_are_told() {
    let found = attribute(
        "",
        "mate 'echo q > q' theirs; git pull -q; git switch -qc topic; echo a > a; git add a; git commit -qm a; git revert --no-edit HEAD >/dev/null; git reset -q --hard HEAD~1",
    );
    let moves: Vec<(MoveKind, usize)> = found.said.foreign_moves.iter().map(|m| (m.what, all(m))).collect();
    assert_eq!(moves, [(MoveKind::Pull, 1)], "{:?}", found.said.foreign_moves);
    let back: Vec<RollbackKind> = found.said.rollbacks.iter().map(|r| r.what).collect();
    assert_eq!(back, [RollbackKind::Revert, RollbackKind::Reset]);
}

/// Where HEAD's movements are not recorded.
const UNRECORDED: &[Story] = &[
    (
        "own commits after a pull",
        "echo dirt >> ten",
        "mate 'echo q > q' theirs; git pull -q; echo own >> greek; git commit -qm own greek",
        &["+greek:own"],
        &["own"],
    ),
    ("dirt committed", "echo dirt >> ten", "echo own >> greek; git commit -qam own", &["+greek:own"], &["own"]),
    ("nothing but dirt committed", "echo dirt >> ten", "git commit -qam own", &[], &["own"]),
    (
        "a commit of before rebased, and the dirt committed",
        "echo before >> greek; git commit -qam before; echo dirt >> ten",
        "mate 'echo q > q' theirs; git pull -q --rebase --autostash; git commit -qam own",
        &[],
        &["own"],
    ),
];

#[test]
fn without_a_reflog_the_ends_decide() {
    for (name, before, session, lines, commits) in UNRECORDED {
        let off = "git config core.logAllRefUpdates false; rm -rf .git/logs;";
        let found = attribute(&format!("{off}\n{before}"), session);
        assert_eq!(
            (found.lines.as_slice(), found.commits.as_slice()),
            (to_strings(lines).as_slice(), to_strings(commits).as_slice()),
            "{name}"
        );
        assert_eq!(found.said.basis, Basis::Ends);
    }
}

/// `library MESSAGE` commits what stands in the worktree and writes the branch's file alone, as libraries do that keep no reflog;
/// `object MESSAGE PARENT` only makes the commit.
const TOOLS: &str = "
    object() { git add -A; git commit-tree \"$(git write-tree)\" -p \"$2\" -m \"$1\"; }
    library() { object \"$1\" HEAD > .git/made; cat .git/made > \".git/$(git symbolic-ref HEAD)\"; rm .git/made; }
";

/// Where HEAD's movements are recorded in part, or not in git's words.
const IN_PART: &[(Story, Basis)] = &[
    (
        (
            "a commit by a library, before one by git",
            "echo dirt >> ten",
            "echo own >> greek; library one; echo more >> new; git add new; git commit -qm two new",
            &["+greek:own", "+new:more"],
            &["one", "two"],
        ),
        Basis::Partly,
    ),
    (
        (
            "a commit by a library, at last",
            "",
            "echo own >> greek; git commit -qam one; echo more > new; library two",
            &["+greek:own", "+new:more"],
            &["one", "two"],
        ),
        Basis::Partly,
    ),
    (
        (
            "entries that are gone from the middle",
            "",
            "echo own >> greek; git commit -qam one; git reflog delete 'HEAD@{0}'; echo more > new; git add new; git commit -qm two",
            &["+greek:own", "+new:more"],
            &["one", "two"],
        ),
        Basis::Partly,
    ),
    (
        (
            "entries that are gone because what they lead to is",
            "",
            "echo own >> greek; git commit -qam one; echo more >> greek; git commit -qa --amend -m better
             git switch -qc dead; echo d > d; git add d; git commit -qm dead; git switch -q main; git branch -qD dead
             git reflog expire --expire-unreachable=now --all",
            &["+greek:own", "+greek:more"],
            &["better"],
        ),
        Basis::Ends,
    ),
    (
        (
            "a commit in place of another one, by a program",
            "",
            "echo own >> greek; git commit -qam one; echo more >> greek; git update-ref -m describe HEAD $(object better HEAD~1)",
            &["+greek:own", "+greek:more"],
            &["better"],
        ),
        Basis::Reflog,
    ),
    (
        (
            "two commits at once, by a program",
            "",
            "echo own >> greek; one=$(object one HEAD); echo more > new; git update-ref HEAD $(object two $one)",
            &["+greek:own", "+new:more"],
            &["one", "two"],
        ),
        Basis::Reflog,
    ),
    (
        (
            "a commit that a program made first and reset to afterwards",
            "",
            "echo own >> greek; git reset -q $(object one HEAD)",
            &["+greek:own"],
            &["one"],
        ),
        Basis::Reflog,
    ),
    (
        (
            "a commit by a program, pushed",
            "",
            "echo own >> greek; git update-ref HEAD $(object one HEAD); git push -q origin main",
            &["+greek:own"],
            &["one"],
        ),
        Basis::Reflog,
    ),
    (
        (
            "a commit by a library, pushed",
            "",
            "echo own >> greek; library one; git push -q origin main; echo more > new; git add new; git commit -qm two",
            &["+greek:own", "+new:more"],
            &["one", "two"],
        ),
        Basis::Partly,
    ),
    (
        (
            "what others made, pulled by something that writes no reflog",
            "",
            "mate 'echo q > q' theirs; git fetch -q; git rev-parse origin/main > .git/refs/heads/main; git read-tree -u --reset HEAD; echo own >> greek
             git commit -qam own",
            &["+greek:own"],
            &["own"],
        ),
        Basis::Partly,
    ),
    (
        (
            "what another worktree made, reset to by its id",
            "",
            "git worktree add -q ../side; (cd ../side; echo theirs >> ten; git commit -qam theirs); git reset -q --hard $(git -C ../side rev-parse HEAD)
             echo own >> greek; git commit -qam own",
            &["+greek:own"],
            &["own"],
        ),
        Basis::Reflog,
    ),
];

#[test]
fn what_the_reflog_leaves_out_is_found() {
    for ((name, before, session, lines, commits), basis) in IN_PART {
        let found = attribute(before, &format!("{TOOLS}\n{session}"));
        assert_eq!(
            (found.lines.as_slice(), found.commits.as_slice(), found.said.basis),
            (to_strings(lines).as_slice(), to_strings(commits).as_slice(), *basis),
            "{name}"
        );
    }
}

fn to_strings(of: &[&str]) -> Vec<String> {
    of.iter().map(|s| (*s).to_owned()).collect()
}

#[test]
fn reftable_and_sha256_give_the_same() {
    let story = "echo own >> greek; git commit -qam own; mate \"sed -i 's/^1$/one/' ten\" theirs; git pull -q --rebase";
    let plain = attribute("echo dirt >> ten; git stash -q", story);
    let mut shapes = BTreeMap::from([("sha256", "GIT_DEFAULT_HASH=sha256")]);
    shapes.insert("reftable", "GIT_DEFAULT_REF_FORMAT=reftable");
    for (name, variable) in shapes {
        let other = attribute_in(variable, "echo dirt >> ten; git stash -q", story);
        assert_eq!((other.lines, other.commits), (plain.lines.clone(), plain.commits.clone()), "{name}");
        assert_eq!(other.said.basis, Basis::Reflog, "{name}");
    }
}

fn attribute_in(variable: &str, before: &str, session: &str) -> Attributed {
    // everything is made anew in the shape that the variable asks for
    let again = format!("rm -rf .git ../origin.git ../mate; export {variable}\n{BEGINNING}\n{before}");
    attribute(&again, session)
}

#[test]
fn a_linked_worktree_has_its_own_movements() {
    let sandbox = Sandbox::at_pace(1);
    let (work, side) = (sandbox.path("work"), sandbox.path("side"));
    std::fs::create_dir(&work).expect("a directory");
    sandbox.shell(&work, &format!("{MATE}\n{BEGINNING}\ngit worktree add -q -b side ../side"));
    let start = sandbox.worktree_state(&side);
    sandbox.shell(&work, "echo other >> ten; git commit -qam elsewhere");
    sandbox.shell(&side, "echo own >> greek; git commit -qam own; git merge -q -m merged main");
    let end = sandbox.worktree_state(&side);
    let git = sandbox.private(&side);
    let said = baseline::attribute(&git, &start, &end, None).expect("an attribution");
    let diff = git.text(["diff-tree", "-r", "-p", "-U0", "--no-prefix", said.baseline.as_str(), end.tree.as_str()]).expect("a diff");
    assert_eq!((changed(&diff), said.commits.len()), (vec!["+greek:own".to_owned()], 2));
}

#[test]
fn a_rebase_found_under_way_is_finished() {
    let before = "
        git switch -qc topic; sed -i s/beta/BETA/ greek; git commit -qam one; echo two > two; git add two; git commit -qm two
        git switch -q main; sed -i s/beta/Beta/ greek; git commit -qam main; git switch -q topic
        git rebase -q main 2>/dev/null || true";
    let session = "printf 'alpha\\nBETA and Beta\\ngamma\\n' > greek; git add greek; git rebase --continue >/dev/null";
    let found = attribute(before, session);
    assert_eq!((found.commits, found.carried), (vec!["one".to_owned()], vec!["two".to_owned()]));
    assert!(found.lines.iter().all(|l| l.contains("greek")), "{:?}", found.lines);
}

/// A rebase of `topic` onto `main` that stops at a conflict in `greek`, with dirt in `ten` put away.
const STOPPED: &str = "
    git switch -qc topic; sed -i s/beta/BETA/ greek; git commit -qam one; git switch -q main; sed -i s/beta/Beta/ greek; git commit -qam main
    git switch -q topic; echo dirt >> ten; git rebase -q --autostash main >/dev/null 2>&1 || true";

#[test]
fn what_a_conflict_of_the_start_brought_stays_with_the_commit_that_concludes_it() {
    let before = "
        git switch -qc x; edit s/beta/BETA/ greek; git commit -qam theirs; git switch -q main; edit 's/beta/b1/;/b1/a b2' greek
        git commit -qam older; git rebase -q x >/dev/null 2>&1 || true";
    let resolved =
        "printf 'alpha\\nBETA\\nb1\\nb2\\ngamma\\n' > greek; git add greek; GIT_EDITOR=true git rebase --continue >/dev/null 2>&1";
    let found = attribute(before, &format!("{resolved}; git switch -q x"));
    let is_mark = |line: &String| ["-greek:<<<<<<<", "-greek:=======", "-greek:>>>>>>>"].iter().any(|mark| line.starts_with(mark));
    assert!(found.lines.iter().all(is_mark), "{:?}", found.lines);
    assert_eq!((found.lines.len(), found.carried), (3, vec!["older".to_owned()]));
}

#[test]
fn what_a_stopped_rebase_put_away_is_dirt() {
    let resolved = "printf 'alpha\\nBETA and Beta\\ngamma\\n' > greek; git add greek; git rebase --continue >/dev/null 2>&1";
    for (name, before, session, lines) in [
        ("goes on", STOPPED, &format!("{resolved}; edit s/^5$/five/ ten")[..], &["-ten:5", "+ten:five"][..]),
        ("given up", STOPPED, "git rebase --abort 2>/dev/null; edit s/^5$/five/ ten", &["-ten:5", "+ten:five"]),
        ("quit", STOPPED, "git rebase --quit; edit s/^5$/five/ ten", &["-ten:5", "+ten:five"]),
        ("still stopped", STOPPED, "edit s/^5$/five/ ten", &["-ten:5", "+ten:five"]),
        ("thrown away afterwards", STOPPED, &format!("{resolved}; git checkout -q ten"), &["-ten:dirt"]),
        ("stopped at the end", "", &format!("{STOPPED}; edit s/^5$/five/ ten"), &["-ten:5", "+ten:five"]),
        (
            "begun with dirt, stopped at the end",
            "echo older >> ten",
            &format!("git stash -q; {STOPPED}; edit s/^5$/five/ ten"),
            &["-ten:5", "+ten:five"],
        ),
    ] {
        let found = attribute(before, session);
        let in_ten: Vec<&String> = found.lines.iter().filter(|line| line.contains("ten:")).collect();
        assert_eq!(in_ten, lines, "{name}");
    }
}

#[test]
fn a_merge_found_under_way_is_finished() {
    let before = "
        git switch -qc side; sed -i s/beta/BETA/ greek; echo s > s; git add s; git commit -qam side
        git switch -q main; sed -i s/beta/Beta/ greek; git commit -qam main; git merge -q side 2>/dev/null || true";
    let session = "printf 'alpha\\nBETA and Beta\\ngamma\\n' > greek; git add greek; git commit -qm merged; echo own > own";
    let found = attribute(before, session);
    assert_eq!(found.commits, ["merged"]);
    assert!(found.lines.iter().all(|l| l.contains("greek") || l.contains("own")), "{:?}", found.lines);
}

#[test]
fn what_a_merge_under_way_brings_is_not_the_sessions() {
    let theirs = "mate \"sed -i 's/^1$/one/;s/^10$/ten/' ten; sed -i s/alpha/ALPHA/ greek; echo t > new\" theirs; git fetch -q";
    let picked = "git cherry-pick origin/main >/dev/null 2>&1 || true";
    for (name, before, session, lines, unresolved) in [
        ("not committed", "", format!("{theirs}; git merge -q --no-ff --no-commit origin/main; echo own >> greek"), vec!["+greek:own"], 0),
        (
            "in conflict",
            "",
            format!("edit 's/^1$/uno/' ten; git commit -qam mine; {theirs}; git merge -q origin/main >/dev/null || true"),
            vec!["+ten:uno"],
            1,
        ),
        (
            "resolved, not committed",
            "echo dirt >> new2",
            format!(
                "edit 's/^1$/uno/' ten; git commit -qam mine; {theirs}; git merge -q origin/main >/dev/null || true;
                 edit '/^[<=>]/d;s/^one$/oneuno/;/^uno$/d' ten; git add ten"
            ),
            vec!["-ten:one", "+ten:oneuno"],
            0,
        ),
        (
            "a cherry-pick in conflict",
            "",
            format!("edit 's/^1$/uno/' ten; git commit -qam mine; {theirs}; {picked}; echo own >> greek"),
            vec!["+greek:own", "+ten:uno"],
            1,
        ),
        (
            "a rebase in conflict",
            "",
            format!("edit 's/^1$/uno/' ten; git commit -qam mine; {theirs}; git rebase -q origin/main >/dev/null 2>&1 || true"),
            vec!["+ten:uno"],
            1,
        ),
        (
            "a revert in conflict",
            "edit 's/^1$/one/;s/^3$/three/' ten; git commit -qam first; edit 's/^one$/uno/' ten; git commit -qam second",
            "git revert --no-edit HEAD~1 >/dev/null 2>&1 || true".to_owned(),
            vec!["-ten:three", "+ten:1", "+ten:3"],
            1,
        ),
        (
            "under way before",
            "edit 's/^1$/uno/' ten; git commit -qam mine; mate \"sed -i 's/^1$/one/' ten; echo t > new\" theirs; git fetch -q;
             git merge -q origin/main >/dev/null || true",
            "echo own >> greek".to_owned(),
            vec!["+greek:own"],
            0,
        ),
    ] {
        let found = attribute(before, &session);
        assert_eq!(found.lines, to_strings(&lines), "{name}");
        assert_eq!(found.said.unresolved.len(), unresolved, "{name}");
        assert!(found.said.unfinished.is_some(), "{name}");
    }
}

#[test]
fn a_squash_of_nothing_takes_along_what_a_commit_of_the_start_s_changes_and_its_revert_left() {
    let found = attribute(
        "edit s/beta/BETA/ greek",
        "git commit -qam dirt; git revert --no-edit HEAD >/dev/null
         printf 'pick %s\\nfixup %s\\n' $(git rev-parse HEAD~1 HEAD) > ../todo
         GIT_SEQUENCE_EDITOR='cp ../todo' git rebase -qi HEAD~2 >/dev/null 2>&1 || git rebase --continue >/dev/null 2>&1
         mate 'echo new > new' theirs; git pull -q --rebase
         printf 'pick %s\\nfixup %s\\n' $(git rev-parse HEAD~1 HEAD) > ../todo; GIT_SEQUENCE_EDITOR='cp ../todo' git rebase -qi HEAD~2",
    );
    assert_eq!(found.lines, ["-greek:BETA", "+greek:beta"]);
}

#[test]
fn history_thrown_away_is_survived() {
    let session = "
        echo a > a; git add a; git commit -qm wip; git commit -q --amend -m 'add a'
        echo b > b; git add b; git commit -qm 'bad idea'; git reset -q --hard HEAD~1
        git reflog expire --expire=now --all; git gc -q --prune=now
        sed -i s/beta/BETA/ greek; git commit -qam greek";
    let found = attribute("echo dirt >> ten", &session.replace("git reset -q --hard HEAD~1", "git reset -q --keep HEAD~1"));
    assert_eq!(found.commits, ["add a", "greek"]);
    assert_eq!(found.lines, ["+a:a", "-greek:beta", "+greek:BETA"]);
}

#[test]
fn a_look_at_an_older_commit_makes_no_line_of_it_somebody_elses() {
    let before = "edit s/beta/BETA/ greek; git commit -qam broken; bad=$(git rev-parse HEAD); echo 11 >> ten; git commit -qam later";
    for (look, mend) in [
        ("git checkout -q HEAD~2; git checkout -q main", "edit s/BETA/beta/ greek; git commit -qam mended"),
        ("git checkout -q HEAD~2; git checkout -q main", "git revert --no-edit HEAD~1"),
        ("git checkout -q HEAD~2; git checkout -q main", "edit s/BETA/beta/ greek"),
        ("git switch -q -c look HEAD~2; git switch -q main", "edit s/BETA/beta/ greek"),
        ("git bisect start HEAD HEAD~2; git bisect run grep -q beta greek; git bisect reset", "git revert --no-edit HEAD~1"),
    ] {
        let found = attribute(before, &format!("({look}) >/dev/null 2>&1; {mend}"));
        assert_eq!(found.lines, ["-greek:BETA", "+greek:beta"], "{look}; {mend}");
    }
}

#[test]
fn what_came_in_is_told_by_whose_it_is_and_what_it_was_called() {
    let before = "git switch -qc topic; echo t > t; git add t; git commit -qm yesterday; git switch -q main; echo m > m; git add m; git commit -qm moved";
    let own = "echo o > o; git add o; git commit -qm own";
    for (session, name, others, mine) in [
        (format!("{own}; git merge -q --no-edit topic"), "topic", 0, 1),
        ("git switch -q topic; echo o > o; git add o; git commit -qm own; git rebase -q main".to_owned(), "main", 0, 1),
        (format!("{own}; mate 'echo n > n' theirs; git pull -q --rebase"), "--rebase", 1, 0),
        (
            format!("{own}; mate 'echo n > n' theirs; git fetch -q; git switch -q topic; git merge -q --no-edit main origin/main"),
            "main origin/main",
            1,
            1,
        ),
        (
            "git worktree add -q ../side -b side; (cd ../side; echo s > s; git add s; git commit -qm beside); git merge -q side".to_owned(),
            "side",
            0,
            1,
        ),
    ] {
        let found = attribute(before, &session);
        let step = found.said.foreign_moves.iter().find(|step| !step.brought.is_nothing()).expect("a movement");
        assert_eq!((step.name.trim_start_matches("-q "), step.brought), (name, Brought { others, own: mine }), "{session}");
    }
}

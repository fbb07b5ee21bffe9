//! `journal pr`: the description of a pull request; printed, brought up to date, checked, or handed over to the forge's own program.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;

use serde::Serialize;

use crate::change::Oid;
use crate::cli::{MarkdownOrJson, Pr};
use crate::commands::{Environment, Report, Workspace};
use crate::error::{Error, Kind, Result};
use crate::forge::{Forge, ForgeName};
use crate::git::branches;
use crate::git::objects::Objects;
use crate::pull_request::check::{self, Against, Finding, Severity};
use crate::pull_request::facts::Facts;
use crate::pull_request::layout::{LEVELS, Level};
use crate::pull_request::sanitise::Sanitiser;
use crate::pull_request::template::fill::{Filled, Filling, fill, main_block};
use crate::pull_request::template::{Template, variables};
use crate::pull_request::update::{Foreign, Updated, update};
use crate::pull_request::{Description, Link, Material, describe};
use crate::secrets::masked;
use crate::terminal::{FAINT, Spinner, clean, styled};

mod gather;
mod post;
mod templates;

pub(super) fn run(arguments: &Pr, env: &Environment) -> Result<Report> {
    let spinner = Spinner::start("Reading the branch", env.terminal);
    let workspace = env.open_as_set()?;
    let work = DescriptionDraft::gather(arguments, env, &workspace)?;
    let fresh = work.fit()?;
    drop(spinner);
    if arguments.title.as_deref() == Some("") {
        return Ok(Report::document(format!("{}\n", work.parts.title)));
    }
    if let Some(body) = &arguments.check {
        return work.check(&body_of(body, env)?.unwrap_or(fresh.text), arguments.format);
    }
    if let Some(name) = &arguments.update {
        let body = body_of(name, env)?.unwrap_or_default();
        return work.update(&body, &fresh.text, arguments);
    }
    if arguments.create || arguments.open {
        return post::post(&work, &fresh, arguments, &workspace, env);
    }
    Ok(work.report(&fresh, arguments.format))
}

/// All that a description is made from, with the parts made.
struct DescriptionDraft<'a> {
    workspace: &'a Workspace,
    objects: Objects,
    material: Material,
    parts: Description,
    facts: Facts,
    forge: &'static Forge,
    template: Option<Template>,
    /// The template's path.
    template_path: Option<String>,
    marks: bool,
    headings: BTreeMap<String, String>,
    /// What the author must know.
    warnings: Vec<String>,
    remote: Option<String>,
}

impl<'a> DescriptionDraft<'a> {
    fn gather(arguments: &Pr, env: &Environment, workspace: &'a Workspace) -> Result<Self> {
        let repository = &workspace.repository;
        let objects = Objects::open(&[&repository.objects], repository.format)?;
        let remote = repository.setting("remote.origin.url")?;
        let forge = arguments.forge.map_or_else(|| Forge::of_remote(remote.as_deref()), Forge::named);
        let gathered = gather::gather(arguments, env, workspace, &objects)?;
        let (material, mut warnings) = (gathered.material, gathered.warnings);
        let home = env.home.as_ref().map(|home| home.to_string_lossy().into_owned());
        let it = Sanitiser { worktree: Some(repository.worktree.to_string_lossy().into_owned()), home };
        let found = templates::find(arguments, workspace, &objects, &material, &gathered.base_tree, forge, &mut warnings)?;
        let (template_path, template) = found.unzip();
        let template = template.map(|template| Template { text: variables::expanded(&template.text, &material, &it), ..template });
        let parts = describe(&material, template.as_ref().and_then(|template| template.title.as_deref()), it);
        let facts = Facts::of(&material, &parts);
        let headings = workspace.settings.pr.headings.clone();
        let marks = !arguments.no_marks;
        Ok(Self { workspace, objects, material, parts, facts, forge, template, template_path, marks, headings, warnings, remote })
    }

    fn filling(&self, level: Level) -> Filling<'_> {
        Filling {
            parts: &self.parts,
            facts: &self.facts,
            can: self.forge.can,
            level,
            head: self.material.head.as_str(),
            base: &self.material.base.branch,
            marks: self.marks,
            headings: &self.headings,
            attested: &self.material.stated.attested,
        }
    }

    /// The text at a level.
    fn text(&self, level: Level) -> Filled {
        let filled = match &self.template {
            Some(template) => fill(&template.text, self.filling(level)),
            None => Filled { text: main_block(self.filling(level)), ..Filled::default() },
        };
        Filled { text: masked(&filled.text), ..filled }
    }

    /// The fullest text that the forge takes.
    fn fit(&self) -> Result<Filled> {
        let mut texts = LEVELS.iter().map(|level| self.text(*level));
        let too_long = || {
            let (what, hint) = match &self.template {
                Some(_) => (
                    "the template and the summary alone are",
                    "journal pr --no-template, a shorter --summary, or another forge with --forge",
                ),
                None => ("the summary and the issues alone are", "a shorter --summary, or another forge with --forge"),
            };
            let message = format!("{what} longer than {} takes ({} characters)", self.forge.title, self.forge.limit);
            Error::new(Kind::Failed, message).hint(hint)
        };
        texts.find(|filled| self.forge.takes(&filled.text)).ok_or_else(too_long)
    }

    fn report(&self, filled: &Filled, format: MarkdownOrJson) -> Report {
        let stdout = match format {
            MarkdownOrJson::Markdown => filled.text.clone(),
            MarkdownOrJson::Json => self.json(filled),
        };
        let stderr = if format == MarkdownOrJson::Json { Vec::new() } else { self.messages(filled) };
        Report { stdout, stderr, ..Report::default() }
    }

    /// What the author must know, and what is missing.
    fn messages(&self, filled: &Filled) -> Vec<String> {
        let mut lines: Vec<String> = self.warnings.iter().map(|line| format!("note: {}", clean(line))).collect();
        lines.extend(self.gaps(filled).iter().map(|gap| format!("gap: {}", clean(gap))));
        lines.extend(filled.attestations.iter().map(|text| format!("yours to tick: {}", clean(text))));
        lines.extend(filled.unticked.iter().map(|text| format!("unticked, the record does not show it now: {}", clean(text))));
        lines.extend(filled.doubtful.iter().map(|text| format!("ticked, and the record does not show it now: {}", clean(text))));
        lines.extend(filled.kept.iter().map(|text| format!("kept as edited: {}", clean(text))));
        lines.into_iter().map(|line| styled(FAINT, &line)).collect()
    }

    fn gaps(&self, filled: &Filled) -> Vec<String> {
        let unfilled = filled.unfilled.iter().map(|heading| format!("nothing to say under \"{heading}\""));
        self.parts.gaps.iter().cloned().chain(unfilled).collect()
    }

    fn json(&self, filled: &Filled) -> String {
        let sessions = self.material.sessions.iter();
        let output = PrOutput {
            schema: 1,
            title: &self.parts.title,
            base: &self.material.base.branch,
            merge_base: &self.material.base.merge_base,
            head: &self.material.head,
            forge: self.forge.name,
            template: self.template_path.as_deref(),
            body: &filled.text,
            parts: &self.parts,
            gaps: self.gaps(filled),
            attestations: &filled.attestations,
            warnings: &self.warnings,
            sessions: sessions
                .map(|session| SessionOutput { id: &session.document.id, title: &session.document.title, link: session.link })
                .collect(),
        };
        serde_json::to_string_pretty(&output).expect("a description holds nothing that JSON lacks") + "\n"
    }

    fn update(&self, body: &str, fresh: &str, arguments: &Pr) -> Result<Report> {
        let foreign = match arguments {
            Pr { append: true, .. } => Foreign::Append,
            Pr { prepend: true, .. } => Foreign::Prepend,
            Pr { replace: true, .. } => Foreign::Replace,
            _ => Foreign::Refuse,
        };
        let template = self.template.as_ref().map(|template| template.text.as_str());
        let mut tried = LEVELS.iter().map(|level| update(body, fresh, template, self.filling(*level), foreign));
        let fits = |updated: &Updated| !matches!(updated, Updated::Body(filled) if !self.forge.takes(&filled.text));
        match tried.find(fits) {
            Some(Updated::Body(filled)) => {
                let filled = Filled { text: if filled.text == body { filled.text } else { masked_ours(body, &filled.text) }, ..filled };
                Ok(Report { stdout: filled.text.clone(), stderr: self.messages(&filled), ..Report::default() })
            }
            Some(Updated::Foreign) => Ok(self.in_the_way(body, fresh)),
            Some(Updated::Broken(why)) => Err(Error::new(Kind::InTheWay, format!("the body's marks are broken: {why}"))
                .hint("repair them, or write over the body with --replace")),
            None => Err(Error::new(Kind::Failed, "the body with its description is longer than the forge takes")
                .hint("shorten what stands around it")),
        }
    }

    /// A person wrote the body: what would change, for the eyes, and nothing else.
    fn in_the_way(&self, body: &str, fresh: &str) -> Report {
        let diff = similar::TextDiff::from_lines(body, fresh);
        let mut stderr = vec!["error: a person wrote this body; it holds no marks of journal and stays as it is".to_owned()];
        stderr.extend(
            diff.unified_diff().context_radius(2).header("body", "journal pr").to_string().lines().map(|line| clean(line).into_owned()),
        );
        stderr.push("hint: journal pr --update BODY with --append, --prepend or --replace".into());
        Report { stderr, code: Kind::InTheWay as u8, ..Report::default() }
    }

    fn check(&self, body: &str, format: MarkdownOrJson) -> Result<Report> {
        let held = Held {
            workspace: self.workspace,
            objects: &self.objects,
            material: &self.material,
            names: OnceCell::new(),
            words: RefCell::default(),
        };
        let against = Against { material: &self.material, parts: &self.parts, facts: &self.facts, forge: self.forge, repository: &held };
        let findings = check::check(body, against);
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        let code = if errors > 0 { Kind::Found as u8 } else { 0 };
        if format == MarkdownOrJson::Json {
            let text = serde_json::to_string_pretty(&serde_json::json!({ "schema": 1, "ok": errors == 0, "findings": findings }));
            return Ok(Report { stdout: text.expect("findings are plain") + "\n", code, ..Report::default() });
        }
        let stdout = match findings.is_empty() {
            true => "Nothing in it is against the record.\n".to_owned(),
            false => findings.iter().map(format_finding).collect(),
        };
        Ok(Report { stdout, code, ..Report::default() })
    }
}

/// Secrets are masked in what is new; a person's own text is not ours to change.
fn masked_ours(body: &str, text: &str) -> String {
    let known: HashSet<&str> = body.lines().collect();
    let safe = |line: &str| if known.contains(line.trim_end_matches(['\n', '\r'])) { line.to_owned() } else { masked(line) };
    text.split_inclusive('\n').map(safe).collect()
}

fn format_finding(finding: &Finding) -> String {
    let severity = if finding.severity == Severity::Error { "error" } else { "warning" };
    let line = finding.line.map(|line| format!("{line}: ")).unwrap_or_default();
    format!("{line}{severity}: {} [{}]\n", clean(&finding.message), finding.rule)
}

/// A body from a file or from standard input; none where no name was given.
fn body_of(name: &str, env: &Environment) -> Result<Option<String>> {
    let bytes = match name {
        "" => return Ok(None),
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes)?;
            bytes
        }
        path => std::fs::read(env.cwd.join(path)).map_err(|error| {
            Error::new(Kind::Nothing, format!("{path} cannot be read: {error}"))
                .hint("give the file that holds the body, or `-` for standard input")
        })?,
    };
    let text =
        String::from_utf8(bytes).map_err(|_| Error::new(Kind::Failed, format!("{name} is not UTF-8 text")).hint("save it as UTF-8"))?;
    Ok(Some(text))
}

/// What the repository holds, for checks.
struct Held<'a> {
    workspace: &'a Workspace,
    objects: &'a Objects,
    material: &'a Material,
    /// The names of all files, once one was asked for.
    names: OnceCell<HashSet<String>>,
    /// Words that were looked for: a body names one often.
    words: RefCell<HashMap<String, bool>>,
}

impl Held<'_> {
    fn ends(&self) -> [&Oid; 2] {
        [&self.material.head, &self.material.base.merge_base]
    }
}

impl check::Repository for Held<'_> {
    fn has_path(&self, path: &str) -> bool {
        let there = |commit: &Oid| {
            let tree = self.objects.tree_of(commit).ok()?;
            self.objects.entry(&tree, &path.into()).ok().flatten()
        };
        self.ends().into_iter().any(|commit| there(commit).is_some())
            || self.material.evidence.files.iter().any(|file| file.path.to_display().ends_with(&format!("/{path}")))
    }

    fn has_file(&self, name: &str) -> bool {
        let names = || self.ends().into_iter().flat_map(|commit| branches::file_names(&self.workspace.repository, commit)).collect();
        self.names.get_or_init(names).contains(name)
    }

    fn has_commit(&self, id: &str) -> bool {
        self.workspace.repository.resolve(&format!("{id}^{{object}}")).is_ok_and(|found| found.is_some())
    }

    fn has_word(&self, word: &str) -> bool {
        let search = || branches::has_word(&self.workspace.repository, &self.ends(), word);
        *self.words.borrow_mut().entry(word.to_owned()).or_insert_with(search)
    }
}

#[derive(Serialize)]
struct SessionOutput<'a> {
    id: &'a str,
    title: &'a str,
    link: Link,
}

/// `--format json`.
#[derive(Serialize)]
struct PrOutput<'a> {
    schema: u32,
    title: &'a str,
    base: &'a str,
    merge_base: &'a Oid,
    head: &'a Oid,
    forge: ForgeName,
    template: Option<&'a str>,
    body: &'a str,
    parts: &'a Description,
    gaps: Vec<String>,
    attestations: &'a [String],
    warnings: &'a [String],
    sessions: Vec<SessionOutput<'a>>,
}

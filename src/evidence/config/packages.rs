//! Package manifests that are programs: build.gradle (Groovy and Kotlin), mix.exs, Package.swift and sbt. Only their declarations are read as keys; every other
//! line is kept as text, so that a change of it is shown as such.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::lines::lines;
use super::node::{Node, Outline};

/// Declarations of one kind: how a line looks (`key` and `value` are groups) and what stands before the key.
struct Declaration {
    pattern: LazyLock<Regex>,
    prefix: fn(&Captures<'_>) -> String,
    /// Whether it may stand anywhere on a line, and more than once.
    inline: bool,
}

macro_rules! declaration {
    ($pattern:expr, $prefix:expr) => {
        declaration!($pattern, $prefix, inline: false)
    };
    ($pattern:expr, $prefix:expr, inline: $inline:expr) => {
        Declaration { pattern: LazyLock::new(|| Regex::new($pattern).expect("a valid pattern")), prefix: $prefix, inline: $inline }
    };
}

/// The configuration that a dependency belongs to, e.g. `implementation`.
fn scope(found: &Captures<'_>) -> String {
    format!("{} ", &found["scope"])
}

static GRADLE: [Declaration; 4] = [
    // implementation 'group:artifact:version', testImplementation("group:artifact:version"), implementation(platform("g:a:v"))
    declaration!(
        r#"^(?<scope>\w*(?:[iI]mplementation|[aA]pi|[cC]ompileOnly|[rR]untimeOnly|[kK]apt|[kK]sp|annotationProcessor|classpath))[\s(]+(?:(?:enforcedP|p)latform\s*\(\s*)?["'](?<key>[\w.-]+:[\w.-]+)(?::(?<value>[^"']+))?["']"#,
        scope
    ),
    // id 'x' version '1', id("x") version "1", kotlin("jvm") version "1"
    declaration!(r#"^(?<scope>id|kotlin)[\s(]+["'](?<key>[\w.-]+)["'](?:\s*\))?(?:\s+version\s+["'](?<value>[^"']+)["'])?"#, scope),
    // extra["x"] = "1", ext.x = '1', val x = "1"
    declaration!(
        r#"^(?:(?:ext|extra|project|rootProject)\.|val\s+|def\s+)?(?<key>[A-Za-z][\w.]*)\s*=\s*(?<value>["'][^"']*["']|[\w.]+)\s*$"#,
        |_| String::new()
    ),
    // sourceCompatibility '17', compileSdk 34
    declaration!(r#"^(?<key>[a-z]\w*)\s+(?<value>["'][^"']*["']|\d[\w.]*)\s*$"#, |_| String::new()),
];

static MIX: [Declaration; 3] = [
    // {:phoenix, "~> 1.7", only: :dev}
    declaration!(r#"^\{\s*:(?<key>\w+)\s*,\s*(?<value>.+?)\s*\}\s*[,\]]*\s*$"#, |_| "dep ".to_owned()),
    // defp deps, do: [{:phoenix, "~> 1.7"}, {:ecto, "~> 3.10"}]
    declaration!(r#"\{\s*:(?<key>\w+)\s*,\s*(?<value>"[^"]*"(?:\s*,[^{}]*?)?)\s*\}"#, |_| "dep ".to_owned(), inline: true),
    // version: "0.1.0",
    declaration!(r#"^(?<key>[a-z]\w*):\s*(?<value>"[^"]*"|:\w+|true|false|\d[\w.]*)\s*,?\s*$"#, |_| String::new()),
];

static SWIFT: [Declaration; 1] = [
    // .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"), .package(name: "X", url: "…", .upToNextMajor(from: "1.0.0"))
    declaration!(
        r#"^\.package\(\s*(?:name:\s*"[^"]*"\s*,\s*)?url:\s*"(?:\w+://)?(?:[^@/"]*@)?(?<key>[^"]+?)(?:\.git)?"\s*,\s*(?<value>[^()]*(?:\([^()]*\)[^()]*)*)\)"#,
        |_| "package ".to_owned()
    ),
];

static SBT: [Declaration; 2] = [
    // addSbtPlugin("org" % "name" % "1.0"), libraryDependencies += "org" %% "name" % "1.0" % Test
    declaration!(
        r#"^(?:(?<plugin>addSbtPlugin)\(|libraryDependencies\s*\+=)?\s*"(?<group>[\w.-]+)"\s*%{1,3}\s*"(?<key>[\w.-]+)"\s*%{1,3}\s*"(?<value>[^"]+)""#,
        |found| format!("{} {}:", found.name("plugin").map_or("dep", |plugin| plugin.as_str()), &found["group"])
    ),
    // ThisBuild / scalaVersion := "2.13.14", val version = "1.0"
    declaration!(r#"^(?:lazy\s+)?(?:val\s+)?(?<key>(?:\w+\s*/\s*)*\w+)\s*:?=\s*(?<value>"[^"]*"|true|false|\d[\w.]*)\s*,?\s*$"#, |_| {
        String::new()
    }),
];

/// Package.swift: `package host/path` with what it asks for.
pub(super) fn swift(source: &str) -> Result<Outline, String> {
    Ok(declared(source, &SWIFT, "//"))
}

/// build.sbt and project/plugins.sbt: `dep group:artifact` and `addSbtPlugin group:artifact` with their versions, plain settings.
pub(super) fn sbt(source: &str) -> Result<Outline, String> {
    Ok(declared(source, &SBT, "//"))
}

/// build.gradle and build.gradle.kts: `implementation group:artifact` with its version, plugins, plain assignments.
pub(super) fn gradle(source: &str) -> Result<Outline, String> {
    Ok(declared(source, &GRADLE, "//"))
}

/// mix.exs: `dep name` with its requirement, and the project's plain settings.
pub(super) fn mix(source: &str) -> Result<Outline, String> {
    Ok(declared(source, &MIX, "#"))
}

fn declared(source: &str, kinds: &[Declaration], comment: &str) -> Outline {
    let (mut root, mut comments, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines(source) {
        let body = line.text.trim();
        if body.starts_with(comment) {
            comments.push(line.start..line.start + line.text.len());
            continue;
        }
        let named = |kind: &Declaration, found: &Captures<'_>| format!("{}{}", (kind.prefix)(found), &found["key"]);
        let inline = kinds.iter().filter(|kind| kind.inline).find(|kind| kind.pattern.find(body).is_some_and(|first| first.start() > 0));
        if let Some(kind) = inline {
            let all = kind.pattern.captures_iter(body);
            root.extend(all.map(|found| (named(kind, &found), Node::scalar(line.number, &found["value"]))));
            rest.push(kind.pattern.replace_all(body, "").into_owned());
            continue;
        }
        let found = kinds.iter().find_map(|kind| Some((kind, kind.pattern.captures(body)?)));
        match found {
            Some((kind, found)) => {
                let value = found.name("value").map_or("", |value| value.as_str());
                // what follows the declaration (a block, an exclusion) is no part of the value but must not get lost
                let end = found.get(0).map_or(body.len(), |whole| whole.end());
                let tail = body[end..].trim_matches([' ', ')', ',', '{']);
                rest.extend((!tail.is_empty()).then(|| tail.to_owned()));
                root.push((named(kind, &found), Node::scalar(line.number, value)));
            }
            None if body.is_empty() => {}
            None => rest.push(body.to_owned()),
        }
    }
    Outline { rest, ..Outline::of(root, comments) }
}

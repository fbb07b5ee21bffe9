//! Languages with a grammar: one row a language.

use std::sync::OnceLock;

use super::language::{Compiled, Language, LanguageReader, compile, tree};
use super::rules::{bash, c, csharp, ecma, elixir, go, java, kotlin, lua, php, python, ruby, rust, scala, swift};

/// Languages with a grammar. Where several rows share an extension, those with markers come first.
pub(super) static PARSED: [Language; 19] = [
    tree("rust", &["rs"], tree_sitter_rust::LANGUAGE, &rust::RUST),
    tree("python", &["py", "pyi", "pyw"], tree_sitter_python::LANGUAGE, &python::PYTHON)
        .files(&["SConstruct", "SConscript", "wscript"])
        .run_by(&["python", "python2", "python3"]),
    tree("javascript", &["js", "jsx", "mjs", "cjs"], tree_sitter_javascript::LANGUAGE, &ecma::JAVASCRIPT)
        .files(&["Jakefile"])
        .run_by(&["node", "nodejs", "bun"]),
    tree("typescript", &["ts", "mts", "cts"], tree_sitter_typescript::LANGUAGE_TYPESCRIPT, &ecma::TYPESCRIPT)
        .run_by(&["deno", "ts-node", "tsx"]),
    tree("tsx", &["tsx"], tree_sitter_typescript::LANGUAGE_TSX, &ecma::TSX),
    tree("go", &["go"], tree_sitter_go::LANGUAGE, &go::GO),
    tree("java", &["java"], tree_sitter_java::LANGUAGE, &java::JAVA),
    tree("php", &["php", "phtml", "php3", "php4", "php5", "phps", "inc"], tree_sitter_php::LANGUAGE_PHP, &php::PHP).run_by(&["php"]),
    tree("ruby", &["rb", "rake", "gemspec", "ru", "rbw", "podspec"], tree_sitter_ruby::LANGUAGE, &ruby::RUBY)
        .files(&["Rakefile", "Gemfile", "Guardfile", "Capfile", "Vagrantfile", "Podfile", "Brewfile", "Fastfile"])
        .run_by(&["ruby", "jruby", "rake"]),
    tree(
        "cpp",
        &["cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "tpp", "inl", "cu", "cuh", "ino"],
        tree_sitter_cpp::LANGUAGE,
        &c::CPP,
    ),
    tree("cpp", &["h"], tree_sitter_cpp::LANGUAGE, &c::CPP)
        .marked(&["\nclass ", "\nnamespace ", "\ntemplate", "\npublic:", "\n public:", "\n  public:", "std::", "\nusing "]),
    tree("c", &["c", "h"], tree_sitter_c::LANGUAGE, &c::C),
    tree("csharp", &["cs", "csx"], tree_sitter_c_sharp::LANGUAGE, &csharp::CSHARP),
    tree("kotlin", &["kt", "kts"], tree_sitter_kotlin_ng::LANGUAGE, &kotlin::KOTLIN),
    tree("swift", &["swift"], tree_sitter_swift::LANGUAGE, &swift::SWIFT).run_by(&["swift"]),
    tree("scala", &["scala", "sc", "sbt"], tree_sitter_scala::LANGUAGE, &scala::SCALA).run_by(&["scala"]),
    tree("bash", &["sh", "bash", "bats", "ksh", "zsh", "ebuild"], tree_sitter_bash::LANGUAGE, &bash::BASH)
        .files(&[".bashrc", ".bash_profile", ".profile", ".zshrc", "PKGBUILD"])
        .run_by(&["sh", "bash", "dash", "ksh", "zsh", "ash"]),
    tree("lua", &["lua"], tree_sitter_lua::LANGUAGE, &lua::LUA).run_by(&["lua", "luajit"]),
    tree("elixir", &["ex", "exs"], tree_sitter_elixir::LANGUAGE, &elixir::ELIXIR).run_by(&["elixir"]),
];

/// The language of this name that has a grammar.
pub(super) fn parsed(name: &str) -> Option<&'static Language> {
    PARSED.iter().find(|row| row.name == name)
}

impl Language {
    /// The looked-up grammar, made once; none where the language has no grammar.
    pub(super) fn compiled(&'static self) -> Option<&'static Compiled> {
        static CACHE: [OnceLock<Compiled>; PARSED.len()] = [const { OnceLock::new() }; PARSED.len()];
        let LanguageReader::Tree(function, grammar) = &self.reader else {
            return None;
        };
        let index = PARSED.iter().position(|row| std::ptr::eq(row, self))?;
        Some(CACHE[index].get_or_init(|| compile(*function, grammar)))
    }
}

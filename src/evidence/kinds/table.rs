//! The table of path and name rules: one row a kind, in order of precedence. Data only; the notation is that of `patterns`.
//!
//! A row that says less than the name suggests (`charts/` in a React application, `decisions/` full of Ruby) carries a [`Guard`].

use super::Flag;
use crate::evidence::Category;

/// What a row wants besides the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Nothing.
    Path,
    /// No file of a programming language, by its extension.
    NotSource,
    /// A text for people, by its extension.
    Document,
    /// A file of this name in a folder above ([`super::Overrides::notice`]).
    Beside(&'static str),
    /// Below a folder named like build output that base does not track ([`super::Overrides::tracked_folders`]).
    UntrackedOutput,
    /// The text opens with the banner comment of a published library.
    Banner,
    /// The text has a line that begins like this.
    Line(&'static [&'static str]),
}

/// A kind's rules.
pub(super) struct FileKindRow {
    /// None: the row only gives flags.
    pub(super) category: Option<Category>,
    pub(super) flags: &'static [Flag],
    pub(super) guard: Guard,
    pub(super) patterns: &'static str,
    /// What it leaves alone although a pattern meets it.
    pub(super) except: &'static str,
}

const fn row(category: Category, patterns: &'static str) -> FileKindRow {
    FileKindRow { category: Some(category), flags: &[], guard: Guard::Path, patterns, except: "" }
}

const fn flag(flags: &'static [Flag], patterns: &'static str) -> FileKindRow {
    FileKindRow { category: None, ..row(Category::Code, patterns).with(flags) }
}

impl FileKindRow {
    const fn with(self, flags: &'static [Flag]) -> Self {
        Self { flags, ..self }
    }

    const fn when(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }

    const fn except(self, except: &'static str) -> Self {
        Self { except, ..self }
    }
}

/// First row of those that a generated-file notice inside the text overrides: tests and what follows.
pub(super) fn is_soft(category: Category) -> bool {
    use Category::*;
    matches!(category, Test | Docs | Config | Code | Asset)
}

/// Extensions of programming and template languages.
pub(super) const SOURCE: &str = "*.{rs,go,c,h,cc,cpp,cxx,hh,hpp,hxx,inl,m,mm,java,kt,kts,scala,groovy,clj,cljs,cljc,cs,fs,fsx,vb,py,pyi,pyx,rb,rake,\
    php,phtml,js,jsx,mjs,cjs,ts,tsx,mts,cts,vue,svelte,astro,swift,dart,lua,pl,pm,r,jl,ex,exs,erl,hrl,hs,lhs,ml,mli,elm,nim,zig,d,v,sv,vhd,vhdl,\
    cr,pas,f,f90,f95,for,cob,cbl,ada,adb,ads,asm,s,el,lisp,lsp,scm,rkt,tcl,awk,sed,coffee,ps1,psm1,psd1,bat,cmd,sh,bash,zsh,fish,ksh,nu,sql,\
    html,htm,xhtml,css,scss,sass,less,styl,erb,haml,slim,eex,heex,leex,twig,j2,jinja,jinja2,hbs,mustache,ejs,pug,liquid,gotmpl,cshtml,razor,jsp,qml,glsl,hlsl,\
    wgsl,frag,vert,cu,cuh,metal,sol,move,cairo,vy,ipynb,applescript,ahk,gd,hx,as,abap,apex,cls,trigger,plsql,pks,pkb,ino,pony,purs,res,re,odin,\
    wat,y,l,yy,ll,g4,peg,proto3,jq,dts,dtsi,dtso,overlay,vim,rego}";

/// Extensions of texts for people; a plain text only where a folder or its name says so.
pub(super) const DOCUMENT: &str = "*.{md,mdx,markdown,rst,adoc,asciidoc,org,rdoc,pod,textile,tex,txt}";

/// Extensions of content that is no text, or none for readers.
pub(super) const MEDIA: &str = "*.{png,jpg,jpeg,gif,webp,avif,ico,icns,bmp,tif,tiff,svg,psd,ai,fig,sketch,ttf,otf,woff,woff2,eot,mp3,wav,ogg,flac,mp4,mov,webm,pdf,doc,\
    docx,xls,xlsx,ppt,pptx,odt,zip,gz,tgz,xz,bz2,7z,rar,jar,war,whl,gem,nupkg,exe,dll,so,dylib,a,lib,wasm,onnx,pt,pth,safetensors,gguf,h5,pkl,\
    npy,npz,parquet,avro,orc,sqlite,db,mdb}";

/// Suffixes of templates and copies: what stands before tells the kind (`config.h.in`, `app.yml.example`).
pub(super) const SUFFIXES: &[&str] =
    &[".in", ".orig", ".tmpl", ".tpl", ".template", ".dist", ".example", ".sample", ".default", ".bak", ".old"];

/// Modules of an application that is called `settings`, which is no package of settings.
const DJANGO_MODULES: &str = "settings/{admin,api,apps,consumers,context_processors,decorators,exceptions,fields,filters,forms,handlers,helpers,managers,\
    middleware,mixins,models,permissions,querysets,receivers,routers,routes,schema,schemas,serializers,services,signals,tasks,translation,urls,utils,\
    validators,views,viewsets,widgets}.py";

/// Folder names of build output that hand-written trees use as well.
pub(super) const OUTPUT_FOLDERS: &[&str] = &["build", "out", "target"];

pub(super) const ROWS: &[FileKindRow] = &[
    // -- lockfile
    row(
        Category::Lockfile,
        "Cargo.lock package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock composer.lock Gemfile.lock \
         gems.locked poetry.lock pdm.lock uv.lock pixi.lock Pipfile.lock conda-lock.yml pylock.toml go.sum go.work.sum Gopkg.lock glide.lock \
         mix.lock rebar.lock pubspec.lock Podfile.lock Cartfile.resolved Package.resolved packages.lock.json paket.lock flake.lock \
         MODULE.bazel.lock gradle.lockfile .terraform.lock.hcl Chart.lock requirements.lock mise.lock shard.lock stack.yaml.lock \
         cabal.project.freeze conan.lock vcpkg-lock.json buf.lock aqua-checksums.json skaffold.lock dune.lock esy.lock .pnp.*",
    ),
    row(Category::Lockfile, "Manifest.toml").when(Guard::Beside("Project.toml")),
    // -- vendored
    row(
        Category::Vendored,
        "node_modules/ bower_components/ jspm_packages/ web_modules/ vendor/ vendors/ third_party/ third-party/ thirdparty/ 3rdparty/ ^extern/ \
         ^external/ ^externals/ Godeps/ Pods/ Carthage/{Build,Checkouts}/ .yarn/{releases,plugins,sdks,versions,unplugged,cache}/ site-packages/ \
         .venv/ venv/ elm-stuff/ .bundle/ xvba_modules/ gradlew gradlew.bat gradle/wrapper/ mvnw mvnw.cmd .mvn/wrapper/",
    ),
    row(Category::Vendored, "deps/").when(Guard::Beside("mix.exs")),
    row(
        Category::Vendored,
        "jquery*.{js,css} bootstrap*.{js,css} react{,-dom}.*.js react{,-dom}.js d3.js d3.v#.js angular.js angular-*.js \
         {normalize,reset,font-awesome,fontawesome,animate}.css {lodash,underscore,moment,backbone,modernizr,require,htmx,alpine}*.js",
    )
    .when(Guard::Banner),
    // -- generated, by path
    row(
        Category::Generated,
        "dist/ .next/ .nuxt/ .output/ .svelte-kit/ .turbo/ coverage/ htmlcov/ .nyc_output/ __pycache__/ .cache/ .parcel-cache/ __generated__/ \
         generated/ autogen/ storybook-static/ public/build/ bootstrap/cache/ DerivedData/ .dart_tool/ .gradle/ \
         *.pb.{go,cc,h,rb,swift} *_pb2.{py,pyi} *_pb2_grpc.py *_grpc.py *_pb.js *_pb.d.ts *Grpc.java *.g.dart *.freezed.dart *.gr.dart *.g.cs \
         *.designer.cs *.generated.* *_generated.* *.gen.{go,ts,rs} *_gen.go zz_generated*.go mock_*.go *.min.{js,css} *.map *.tsbuildinfo *.pyc \
         *.class *.o .sqlx/query-*.json .secrets.baseline *_tlb.pas _ide_helper*.php *.nib *.xcworkspacedata *.xcuserstate .idea/ *.iml *.log \
         .specstory/ .entire/ memory-bank/ .ai-memory/ agentMemory/",
    )
    .with(&[Flag::Generated]),
    // what a patch or an open editor leaves behind
    row(Category::Generated, "*.{orig,rej,swp,swo}").with(&[Flag::Generated]),
    row(Category::Generated, "*.snap __snapshots__/").with(&[Flag::Generated, Flag::Snapshot]),
    row(Category::Generated, "cassettes/*.{yml,yaml}").with(&[Flag::Generated, Flag::Fixture]),
    row(Category::Generated, "bin/ obj/").with(&[Flag::Generated]).when(Guard::Beside("*.csproj")),
    row(Category::Generated, "build/ out/ target/").with(&[Flag::Generated]).when(Guard::UntrackedOutput),
    // -- assets, by extension
    row(Category::Asset, MEDIA),
    // -- migrations and schemas
    row(
        Category::Migration,
        "{migration,migrations}/ db/migrate/ alembic/versions/ drizzle/ liquibase/ flyway/ v#*__*.sql u#*__*.sql r__*.sql *_up.sql *_down.sql \
         *.up.sql *.down.sql up.sql down.sql *.changelog.{xml,yml,yaml,sql} schema.rb structure.sql schema.sql schema.prisma *.dbml {seed,seeds}/ \
         seeders/ db/seeds.rb *.prisma",
    ),
    row(
        Category::Migration,
        "*.{proto,graphql,graphqls,gql,avsc,thrift,fbs,capnp,xsd,wsdl,smithy,tsp} openapi*.{yml,yaml,json} swagger*.{yml,yaml,json} \
         asyncapi*.{yml,yaml,json} *.schema.json",
    )
    .with(&[Flag::PublicApi]),
    // -- what agents and operators work by
    row(
        Category::Artifact,
        ".claude/{agents,commands,skills,hooks,runbooks}/ .github/{agents,prompts,instructions}/ .codex/ .opencode/ .gemini/ .agents/ \
         .cursor/{commands,rules}/ .windsurf/ .roo/ .kiro/ .junie/ .continue/ skills/*/SKILL.md CLAUDE.md CLAUDE.local.md AGENTS.md GEMINI.md \
         .cursorrules .windsurfrules .clinerules* .clinerules/ .aider* .github/copilot-instructions.md llms*.txt .claude/settings*.json .mcp.json \
         .cursor/mcp.json opencode.json",
    ),
    row(
        Category::Artifact,
        "{runbook,runbooks}/ {playbook,playbooks}/ ops/ oncall/ on-call/ sop/ war-stories/ RUNBOOK* runbook* troubleshooting* {adr,adrs}/ \
         decisions/ {rfc,rfcs}/ {postmortem,postmortems}/ {incident,incidents}/ {retrospective,retrospectives}/",
    )
    .when(Guard::Document),
    // a number in front is a decision's, a date a post's
    row(Category::Docs, "docs/**/####-##-##-*").when(Guard::Document),
    row(Category::Artifact, "docs/**/####-*").when(Guard::Document),
    // -- pipelines and repository automation
    row(
        Category::Ci,
        ".github/workflows/ .github/actions/**/action.{yml,yaml} ^action.{yml,yaml} .gitlab-ci.yml .gitlab/ci/ .circleci/ \
         azure-pipelines*.{yml,yaml} .azure-pipelines/ bitbucket-pipelines.yml Jenkinsfile* .jenkins/ .drone.{yml,yaml} .woodpecker* .woodpecker/ \
         .travis.yml appveyor.yml .appveyor.yml .buildkite/ .cirrus.* .teamcity/ .semaphore/ codefresh.{yml,yaml} .gitea/workflows/ \
         .forgejo/workflows/ buildspec*.{yml,yaml} cloudbuild*.{yml,yaml} Earthfile .dagger/ .ci/ ci/*.{yml,yaml,sh} .pre-commit-config.yaml \
         lefthook.yml .husky/ .lintstagedrc* renovate*.json* .renovaterc* .github/dependabot.{yml,yaml} .mergify.yml .releaserc* release-plz.toml \
         cliff.toml .goreleaser.{yml,yaml} .changeset/ codecov.yml .codecov.yml .github/*template* .github/ISSUE_TEMPLATE/ \
         .github/PULL_REQUEST_TEMPLATE/ .github/*.{yml,yaml}",
    ),
    row(Category::Ci, "CODEOWNERS").with(&[Flag::Security]),
    // tests of charts, which lie among them
    row(Category::Test, "*_test.{yml,yaml}").when(Guard::Line(&["tests:"])),
    // -- infrastructure as code
    row(
        Category::Infra,
        "*.{tf,tofu,tfvars,tfbackend,hcl,nomad,bicep,sls,pp,nix} *.tfvars.json Pulumi*.{yaml,yml} cdk.json serverless.{yml,yaml} samconfig.toml \
         azuredeploy*.json Chart.yaml values*.{yaml,yml} helmfile.yaml kustomization.{yaml,yml} skaffold.{yaml,yml} Tiltfile ansible.cfg Berksfile \
         Dockerfile* dockerfile *.dockerfile Containerfile .dockerignore docker-compose*.{yml,yaml} compose.{yml,yaml} compose.*.{yml,yaml} \
         docker-bake.hcl .devcontainer/ Vagrantfile cloud-init* user-data *.{service,timer,socket,mount} Procfile app.yaml app.json fly.toml \
         render.yaml railway.* vercel.json netlify.toml wrangler.{toml,json,jsonc} nixpacks.toml heroku.yml firebase.json",
    ),
    row(
        Category::Infra,
        "charts/ helm/ k8s/ kubernetes/ manifests/ overlays/ clusters/ argocd/ flux/ terraform/ {playbook,playbooks}/*.{yml,yaml} \
         roles/*/{tasks,handlers,defaults,vars,templates,meta}/ group_vars/ host_vars/ inventory inventory.* {inventory,inventories}/ cookbooks/",
    )
    .when(Guard::NotSource)
    .except("*.md *.txt *.csv"),
    // templates are in whatever language they make
    row(Category::Infra, "roles/*/templates/ {charts,helm}/**/templates/"),
    row(Category::Infra, "cookbooks/**/*.rb"),
    row(
        Category::Infra,
        "prometheus*.{yml,yaml} alertmanager*.{yml,yaml} *alerts*.{yml,yaml} *.rules.{yml,yaml} grafana/**/*.json dashboards/*.json \
         otel*.{yml,yaml} loki*.{yml,yaml} datadog*.{yml,yaml}",
    )
    .with(&[Flag::Monitoring]),
    row(Category::Infra, "template.{yml,yaml}").when(Guard::Line(&["AWSTemplateFormatVersion"])),
    row(Category::Infra, "*.{yml,yaml}").when(Guard::Line(&["apiVersion:", "kind:"])).except("{test,tests,testdata,fixtures}/"),
    // -- tests; their configuration first
    row(
        Category::Config,
        "{jest,vitest,playwright,cypress}.config.* pytest.ini tox.ini noxfile.py phpunit.xml* pest.php .rspec karma.conf.* .mocharc.* .coveragerc \
         .nycrc* nextest.toml",
    )
    .with(&[Flag::TestConfig]),
    row(
        Category::Test,
        "{fixture,fixtures}/ testdata/ __fixtures__/ __mocks__/ mocks/ database/factories/ cassettes/ golden/ testutil* test_helper* \
         spec_helper.rb src/test/resources/",
    )
    .with(&[Flag::Fixture]),
    row(Category::Test, "{test,tests,spec,specs}/snapshots/").with(&[Flag::Fixture, Flag::Snapshot]),
    row(
        Category::Test,
        "{test,tests,spec,specs}/ __tests__/ testing/ e2e/ ^integration/ {integration,it}{_,-}{test,tests}/ cypress/ playwright/ \
         features/{step_definitions,support,steps}/ src/*Test/ androidTest/ src/it/ fuzz/ benches/ \
         *_test.{go,rs,py,rb,exs,dart,c,cc,cpp,js,ts,lua,ml,zig,sh,php} test_*.py tests.py conftest.py tests.rs \
         *.{test,spec,cy,e2e,it}.{js,jsx,ts,tsx,mjs,cjs,mts,cts,vue} *{Test,Tests,TestCase}.{php,java,kt,cs,fs,vb,swift,groovy,scala,m} *IT.java \
         *Spec.{scala,groovy,kt,hs,php} *_spec.{rb,lua,cr,js} *.feature *.t *.bats *.robot *-test.{el,c,cc,cpp,js,ts,rb}",
    ),
    // what lies among tests and is none itself: manifests, data, texts
    flag(&[Flag::Fixture], "{test,tests,spec,specs}/ __tests__/ testing/ e2e/ ^integration/ {integration,it}{_,-}{test,tests}/ cypress/ playwright/ fuzz/ benches/")
        .when(Guard::NotSource)
        .except("*.{feature,t,bats,robot} *_test.{yml,yaml}"),
    // -- documentation; its configuration first
    row(Category::Config, "_config*.{yml,yaml,toml} mkdocs.{yml,yaml} docusaurus.config.* hugo.{toml,yaml,yml,json} {doc,docs}/conf.py {doc,docs}/source/conf.py book.toml .readthedocs.{yml,yaml}"),
    row(Category::Config, "requirements*.txt constraints*.txt {requirements,constraints}/*.txt").with(&[Flag::Dependency]),
    row(Category::Config, "CMakeLists.txt robots.txt").with(&[Flag::Build]),
    // a plain text is as often data that a program reads
    row(Category::Docs, DOCUMENT).except("*.txt"),
    row(
        Category::Docs,
        "{readme,changelog,changes,history,news,notes,contributing,authors,contributors,license,licence,copying,notice,install,todo,faq}.txt \
         *{-,_}notes.txt",
    ),
    // a Go package is named by its folder: Go in `doc/` is a package, not an example beside a text
    row(Category::Docs, "man/*.# man#/*.# ^{doc,docs,documentation,man,wiki,javadoc,groovydoc}/ inst/doc/ website/content/ resources/docs/")
        .except("doc/*.go"),
    row(Category::Docs, "{doc,docs,documentation}/").when(Guard::NotSource),
    row(
        Category::Docs,
        "{README,CHANGELOG,CHANGES,HISTORY,NEWS,RELEASE,RELEASES,CONTRIBUTING,CODE_OF_CONDUCT,SECURITY,SUPPORT,GOVERNANCE,MAINTAINERS,AUTHORS,\
         LICENSE,LICENCE,UNLICENSE,COPYING,NOTICE,PATENTS,CITATION,INSTALL,UPGRADING,ROADMAP,TODO}{,.*,-*,_*}",
    )
    .when(Guard::NotSource),
    // -- dependency manifests
    row(
        Category::Config,
        "Cargo.toml package.json pyproject.toml setup.py setup.cfg Pipfile environment.{yml,yaml} go.mod go.work composer.json Gemfile *.gemspec \
         pom.xml build.gradle* settings.gradle* libs.versions.toml *.sbt project.clj deps.edn mix.exs rebar.config pubspec.yaml Package.swift \
         Podfile Cartfile *.{csproj,fsproj,vbproj,sln,slnx} Directory.*.props packages.config nuget.config global.json paket.dependencies conanfile.* vcpkg.json \
         *.{cabal,opam} stack.yaml dune-project DESCRIPTION cpanfile shard.yml deno.{json,jsonc} bunfig.toml pnpm-workspace.yaml lerna.json nx.json \
         turbo.json Brewfile",
    )
    .with(&[Flag::Dependency]),
    // -- builds and tools
    row(
        Category::Config,
        "*.{ld,lds,icf} Makefile makefile GNUmakefile Kconfig Kconfig.* *_defconfig defconfig *.{mk,mak,am,ac,m4} configure justfile Justfile Taskfile.{yml,yaml} *.cmake meson.build BUILD BUILD.bazel WORKSPACE WORKSPACE.* \
         MODULE.bazel *.bzl Rakefile SConstruct build.xml \
         {webpack,rspack,rsbuild,vite,rollup,esbuild,babel,postcss,tailwind,uno,next,nuxt,svelte,vue,astro,metro,tsup,eslint,prettier,stylelint,commitlint,drizzle,knip}.config.* tsconfig*.json jsconfig.json \
         .babelrc* .swcrc .eslintrc* .prettierrc* biome.json .stylelintrc* .editorconfig .rubocop.yml .flake8 mypy.ini ruff.toml .pylintrc \
         rustfmt.toml .rustfmt.toml clippy.toml deny.toml .golangci.{yml,yaml} .scalafmt.conf .scalafix.conf .swiftformat .yamllint* .clang-format .clang-tidy phpstan.neon* psalm.xml pint.json \
         .php-cs-fixer* checkstyle.xml detekt.yml .swiftlint.yml .gitignore .gitattributes .gitmodules .mailmap .nvmrc .node-version .python-version \
         .ruby-version .tool-versions mise.toml .java-version .terraform-version rust-toolchain* project/build.properties .cargo/config.toml .npmrc .yarnrc* .envrc .vscode/ .zed/ .journal.toml",
    )
    .with(&[Flag::Build]),
    // -- code that stands where configuration stands
    row(Category::Code, "config/routes.rb routes/*.php"),
    // -- translations and data: content, neither code nor configuration
    row(
        Category::Asset,
        "{locale,locales}/ i18n/ lang/ {translation,translations}/ *.{po,pot,xlf,xliff,arb,strings,resx} data/ *.{csv,tsv,ndjson,jsonl,geojson}",
    )
    .when(Guard::NotSource),
    row(Category::Asset, "{lang,locale,locales,translations}/**/*.php"),
    // -- applications and servers
    row(
        Category::Config,
        "config/*.php config/autoload/*.php settings*.py local_settings*.py settings/*.py settings/{components,environments}/*.py gunicorn.conf.py \
         config/{application,environment,boot}.rb config/{environments,initializers}/*.rb config/*.exs",
    )
    .except(DJANGO_MODULES),
    row(
        Category::Config,
        "config/ conf/ conf.d/ settings/ etc/ fail2ban/ ufw/ jail.local jail.d/ sites-{available,enabled}/ cron.d/ cron.{daily,hourly,weekly}/ logrotate.d/ sudoers.d/ \
         {ssh,sshd}_config.d/ pam.d/ systemd/",
    )
    .when(Guard::NotSource),
    row(
        Category::Config,
        "*.{ini,conf,cnf,cfg,properties,toml,yml,yaml,json,jsonc,json5,plist,reg,env,vhost,vcl,xml,neon,kdl,ron,dhall,cue,jsonnet,libsonnet} .env .env.* \
         *.env.* application*.{yml,properties} web.config app.config .htaccess Caddyfile crontab* *.{cron,crontab} hosts fstab {ssh,sshd}_config sudoers traefik.* .*rc",
    )
    .when(Guard::NotSource),
    // what a role copies to its hosts
    row(Category::Infra, "roles/*/files/").when(Guard::NotSource).except("*.md *.txt *.csv"),
    // -- code
    row(Category::Code, SOURCE),
    // -- flags alone
    flag(
        &[Flag::SecretBearing],
        ".env .env.* *.env *.{pem,key,p12,pfx,jks,keystore,kdbx,ppk,age,enc} id_rsa* id_ed25519* .netrc .pgpass .htpasswd .npmrc .pypirc \
         .git-credentials .dockercfg .docker/config.json .aws/credentials credentials*.json *service-account*.json kubeconfig* \
         {secret,secrets}.{yml,yaml,json,toml,env} *.tfvars *.tfstate* vault*.yml *.sops.* master.key wp-config.php local_settings.py",
    )
    .except(".env*.{example,sample,template,dist,defaults,schema,test} .env*.{example,sample,template,dist}.* *.{pub,example,sample}"),
    flag(&[Flag::Security], "SECURITY.md sshd_config sshd_config.d/ pg_hba.conf *.rego policy.json sudoers sudoers.d/ fail2ban/ jail.local ufw/ firewalld/ nftables*.conf"),
    flag(&[Flag::Schema], "schema.rb structure.sql schema.sql *.{prisma,dbml}"),
    flag(
        &[Flag::Server],
        "{postgresql,redis,sentinel,nginx,httpd,apache,haproxy,mosquitto,dnsmasq,rabbitmq,php-fpm,supervisord,sshd,sysctl}*.{conf,cfg} \
         pg_hba.conf *.{cnf,vhost,vcl,cron,crontab} php.ini www.conf {nginx,apache2,httpd,haproxy,php-fpm.d,sites-available,sites-enabled}/ \
         {sysctl,sudoers,logrotate,cron,pam,ssh_config,sshd_config}.d/ {ssh,sshd}_config sudoers crontab* fstab Caddyfile .htaccess fail2ban/ jail.local jail.d/ ufw/ firewalld/ nftables*.conf",
    ),
    flag(&[Flag::Example], "{example,examples,sample,samples,demo,demos}/"),
    flag(&[Flag::Script], "{script,scripts}/ bin/ tools/ hack/ *.{sh,bash,zsh,fish,ps1,bat,cmd}"),
    flag(&[Flag::Build], "build.rs"),
];

/// Words of a path that make it security-relevant.
pub(super) const SECURITY_WORDS: &[&str] = &[
    "auth", "login", "session", "token", "oauth", "oidc", "saml", "jwt", "crypto", "cipher", "password", "permission", "policy", "rbac",
    "acl", "iam", "sudoers", "firewall", "csp", "cors", "csrf", "tls", "ssl", "cert",
];

//! The table of command families.

mod servers;

use super::{Effect, SystemKind, effects, names};
use crate::evidence::shell::{Args, Command, SSH_VALUES};

/// A family of commands that touch systems of one kind.
pub(super) struct Family {
    /// Its programs.
    pub(super) programs: &'static [&'static str],
    /// What the systems are.
    pub(super) kind: SystemKind,
    /// Flags that take a value.
    pub(super) values: &'static [&'static str],
    /// Flags that take a value before the verb; where none are listed, `values` holds everywhere.
    pub(super) globals: &'static [&'static str],
    /// How the system is named.
    pub(super) name: fn(&Command, &Args<'_>) -> Option<String>,
    /// Whether the name may be several, with commas between.
    pub(super) lists: bool,
    /// What of the system a change is about, where the command names it.
    pub(super) resources: Option<fn(&Command, &Args<'_>) -> Vec<String>>,
    /// What those are.
    pub(super) resource: SystemKind,
    /// First words that touch nothing.
    pub(super) nothing: &'static [&'static str],
    /// First words that look; `*` stands for any word, at the end of one for any end.
    pub(super) inspects: &'static [&'static str],
    /// First words that change.
    pub(super) changes: &'static [&'static str],
    /// First words that have it read its settings anew.
    pub(super) reloads: &'static [&'static str],
    /// First words that restart.
    pub(super) restarts: &'static [&'static str],
    /// What words cannot tell.
    pub(super) special: Option<fn(&Command, &Args<'_>) -> Option<Effect>>,
    /// What is said of anything else.
    pub(super) otherwise: Effect,
}

const NONE: &[&str] = &[];

const FAMILY: Family = Family {
    programs: NONE,
    kind: SystemKind::HOST,
    values: NONE,
    globals: NONE,
    name: names::first_host,
    lists: false,
    resources: None,
    resource: SystemKind("resource"),
    nothing: NONE,
    inspects: NONE,
    changes: NONE,
    reloads: NONE,
    restarts: NONE,
    special: None,
    otherwise: Effect::Used,
};

/// All families.
pub(super) fn families() -> impl Iterator<Item = &'static Family> {
    FAMILIES.iter().chain(servers::SERVERS)
}

const FAMILIES: &[Family] = &[
    Family { programs: &["ssh", "mosh", "autossh", "sftp", "telnet"], values: SSH_VALUES, nothing: &["-G", "-V"], ..FAMILY },
    Family {
        programs: &["ping", "ping6", "dig", "nslookup", "host", "nc", "ncat", "traceroute", "mtr", "whois"],
        values: &["-c", "-p", "-w", "-W", "-i", "-t", "-s"],
        otherwise: Effect::Inspected,
        ..FAMILY
    },
    Family {
        programs: &["scp"],
        values: &["-i", "-P", "-o", "-F", "-J", "-S", "-l", "-c"],
        name: names::copied,
        special: Some(effects::direction),
        ..FAMILY
    },
    Family {
        programs: &["rsync"],
        values: &["-e", "--rsh", "-f", "-M", "-T", "-B", "--exclude", "--include", "--filter", "--rsync-path"],
        name: names::copied,
        special: Some(effects::direction),
        ..FAMILY
    },
    Family {
        programs: &["kubectl", "oc", "stern", "k9s", "flux"],
        kind: SystemKind("Kubernetes cluster"),
        values: &[
            "-n", "--namespace", "--context", "--cluster", "--kubeconfig", "-c", "--container", "-f", "--filename", "-l", "--selector",
            "-o", "--output", "--as", "-p", "--patch", "--type", "--replicas", "--tail", "--since", "--timeout", "--grace-period",
            "--field-selector", "--to-revision", "--revision", "--current-replicas", "--min", "--max", "--cpu-percent", "--pod-selector",
            "--request-timeout", "--field-manager", "--user", "--token",
        ],
        name: names::cluster,
        resources: Some(names::resources_of_cluster),
        resource: SystemKind("Kubernetes resource"),
        nothing: &["config", "version", "completion", "explain", "kustomize"],
        inspects: &[
            "get", "describe", "logs", "top", "events", "diff", "auth", "wait", "rollout status", "rollout history", "api-resources",
            "cluster-info",
        ],
        restarts: &["rollout restart"],
        changes: &[
            "apply", "create", "delete", "edit", "patch", "replace", "scale", "set", "label", "annotate", "rollout undo", "rollout pause",
            "rollout resume", "autoscale", "cordon", "uncordon", "drain", "taint", "expose", "run", "cp", "reconcile", "suspend", "resume",
            "adm *",
        ],
        ..FAMILY
    },
    Family {
        programs: &["argocd"],
        kind: SystemKind("Argo CD application"),
        values: &["--server", "--auth-token", "--revision", "-o", "--output", "--project", "--grpc-web-root-path", "--timeout", "-p", "-l"],
        name: names::application_of_argo,
        inspects: &["app get", "app list", "app diff", "app history", "app logs", "app manifests", "app resources", "app wait"],
        restarts: &["app actions run"],
        changes: &["app *"],
        ..FAMILY
    },
    Family {
        programs: &["helm"],
        kind: SystemKind("Helm release"),
        values: &["-n", "--namespace", "--kube-context", "-f", "--values", "--set", "--set-string", "--version", "--timeout"],
        name: names::release,
        nothing: &[
            "repo", "search", "template", "lint", "package", "pull", "push", "show", "dependency", "dep", "create", "list", "ls",
            "version", "env",
        ],
        inspects: &["status", "history", "get *", "diff *", "test"],
        changes: &["install", "upgrade", "uninstall", "delete", "rollback"],
        ..FAMILY
    },
    Family {
        programs: &["docker", "podman", "nerdctl", "docker-compose", "podman-compose"],
        kind: SystemKind::CONTAINER,
        values: &["--tail", "-n", "--since", "--until", "--time", "--timeout", "-s", "--signal", "--scale"],
        globals: &[
            "-H", "--host", "-c", "--context", "-f", "--file", "-p", "--project-name", "--profile", "--project-directory", "--env-file",
        ],
        name: names::container,
        nothing: &[
            "build", "buildx", "pull", "push", "images", "image", "tag", "login", "logout", "ps", "version", "info", "system", "context",
            "search", "run", "compose build", "compose pull", "compose push", "compose config", "compose version", "network", "volume",
            "manifest", "create", "save", "load",
        ],
        inspects: &[
            "logs", "inspect", "top", "stats", "port", "diff", "container inspect", "container logs", "container top", "container stats",
            "container port", "container diff", "compose logs", "compose ps", "compose top", "compose port", "events", "attach",
            "compose events",
        ],
        restarts: &["restart", "container restart", "compose restart"],
        changes: &[
            "start", "stop", "kill", "rm", "pause", "unpause", "update", "rename", "cp", "commit", "container *", "compose up",
            "compose down", "compose start", "compose stop", "compose rm", "compose kill", "compose scale", "compose create", "up", "down",
            "scale",
        ],
        ..FAMILY
    },
    Family {
        programs: &["psql", "pgcli"],
        kind: SystemKind("PostgreSQL database"),
        values: &[
            "-h", "--host", "-p", "--port", "-U", "--username", "-d", "--dbname", "-c", "--command", "-f", "--file", "-v", "-o", "-P", "-F",
        ],
        name: names::database,
        special: Some(effects::sql),
        ..FAMILY
    },
    Family {
        programs: &["pg_dump", "pg_restore", "createdb", "dropdb", "vacuumdb"],
        kind: SystemKind("PostgreSQL database"),
        values: &["-h", "--host", "-p", "--port", "-U", "--username", "-d", "--dbname", "-f", "--file", "-F", "-j", "-n", "-t", "-T", "-Z"],
        name: names::database,
        special: Some(effects::sql),
        ..FAMILY
    },
    Family {
        programs: &["mysql", "mariadb", "mysqldump", "mariadb-dump", "mysqladmin", "mycli"],
        kind: SystemKind("MySQL database"),
        values: &["-h", "--host", "-P", "--port", "-u", "--user", "-D", "--database", "-e", "--execute", "-S", "--socket"],
        name: names::database,
        special: Some(effects::sql),
        ..FAMILY
    },
    Family {
        programs: &["sqlcmd", "clickhouse-client", "mongosh", "mongo", "cqlsh"],
        kind: SystemKind("database"),
        values: &[
            "-h", "--host", "-S", "--server", "-d", "-U", "-P", "-Q", "-q", "--query", "--eval", "--port", "-p", "-u", "--user", "-e",
        ],
        name: names::database,
        special: Some(effects::sql),
        ..FAMILY
    },
    Family {
        programs: &["redis-cli", "valkey-cli"],
        kind: SystemKind("Redis"),
        values: &["-h", "-p", "-a", "-n", "-u", "--user", "--pass"],
        name: names::store,
        special: Some(effects::redis),
        ..FAMILY
    },
    Family {
        programs: &["aws"],
        kind: SystemKind("AWS service"),
        values: names::AWS_VALUES,
        name: names::cloud,
        resources: Some(names::resource_of_cloud),
        nothing: &["configure", "sts", "help", "sso"],
        inspects: &[
            "* describe-*", "* list-*", "* get-*", "* head-*", "* ls", "* tail", "* wait", "* filter-*", "* lookup-*", "* batch-get-*",
            "* scan", "* query",
        ],
        restarts: &["* reboot-*"],
        changes: &[
            "* create-*", "* delete-*", "* put-*", "* update-*", "* modify-*", "* start-*", "* stop-*", "* run-*", "* terminate-*",
            "* attach-*", "* detach-*", "* set-*", "* add-*", "* remove-*", "* tag-*", "* untag-*", "* cp", "* mv", "* rm", "* sync",
            "* deploy", "* register-*", "* deregister-*", "* authorize-*", "* revoke-*", "* enable-*", "* disable-*", "* associate-*",
            "* disassociate-*", "* send-*", "* publish*", "* restore-*", "* mb", "* rb",
        ],
        special: Some(effects::download),
        ..FAMILY
    },
    Family {
        programs: &["gcloud", "az", "gsutil", "doctl"],
        kind: SystemKind("cloud service"),
        values: &[
            "--project", "--region", "--zone", "--format", "--filter", "-g", "--resource-group", "--subscription", "-n", "--name", "-o",
            "--output", "--query",
        ],
        name: names::cloud,
        resources: Some(names::resource_of_cloud),
        nothing: &["config", "auth", "login", "account", "help", "components", "version"],
        special: Some(effects::cloud_verb),
        ..FAMILY
    },
    Family {
        programs: &["flyctl", "fly", "heroku", "vercel", "wrangler", "railway", "netlify", "render"],
        kind: SystemKind::APPLICATION_PLATFORM,
        values: &["-a", "--app", "-s", "--service", "--name", "--project-name", "-r", "--remote"],
        name: names::application,
        nothing: &["login", "auth", "dev", "help", "version", "link", "whoami", "build"],
        inspects: &["status", "logs", "log", "tail", "info", "ps", "releases", "config", "inspect", "ls", "list", "apps", "* list", "* ls"],
        restarts: &["restart", "ps:restart", "* restart", "apps restart"],
        changes: &[
            "deploy", "publish", "scale", "ps:scale", "config:set", "config:unset", "secrets set", "secrets unset", "secret put",
            "secret delete", "env add", "env rm", "up", "redeploy", "rollback", "destroy", "releases:rollback", "variables", "env:set",
            "promote",
        ],
        ..FAMILY
    },
    Family {
        programs: &["terraform", "tofu", "pulumi", "terragrunt"],
        kind: SystemKind("infrastructure as code"),
        values: &["-s", "--stack", "-var-file", "-target", "-var"],
        name: names::stack,
        nothing: &[
            "fmt", "validate", "init", "version", "login", "providers", "get", "console", "test", "workspace select", "stack select",
        ],
        inspects: &[
            "plan", "show", "output", "graph", "state list", "state show", "state pull", "preview", "stack", "workspace list",
            "workspace show", "logs",
        ],
        changes: &["apply", "destroy", "import", "taint", "untaint", "refresh", "state *", "up", "cancel", "workspace *", "run-all apply"],
        ..FAMILY
    },
    Family {
        programs: &["ansible", "ansible-playbook"],
        kind: SystemKind::ANSIBLE_HOSTS,
        values: &[
            "-i", "--inventory", "-l", "--limit", "-m", "--module-name", "-a", "--args", "-e", "--extra-vars", "-u", "--user", "-t",
            "--tags", "--skip-tags", "-f",
        ],
        name: names::inventory,
        lists: true,
        special: Some(effects::ansible),
        ..FAMILY
    },
    Family {
        programs: &["systemctl", "supervisorctl", "pm2", "brew-services", "initctl"],
        kind: SystemKind::SERVICE,
        values: &["-n", "--lines", "-o", "--output", "-H", "--host", "-t", "-p", "--property", "-c"],
        name: names::unit,
        nothing: &["daemon-reload", "daemon-reexec", "reread", "list-*"],
        inspects: &["status", "is-*", "show", "cat", "logs", "tail", "describe", "info", "list", "ls"],
        reloads: &["reload"],
        restarts: &["restart", "try-restart"],
        changes: &[
            "reload-or-restart", "try-reload-or-restart", "start", "stop", "enable", "disable", "reenable", "edit", "mask", "unmask",
            "kill", "set-*", "update", "add", "remove", "delete", "revert", "reset-failed", "scale",
        ],
        ..FAMILY
    },
    Family {
        programs: &["service", "rc-service"],
        kind: SystemKind::SERVICE,
        name: names::service,
        inspects: &["* status"],
        reloads: &["* reload"],
        restarts: &["* restart"],
        changes: &["* start", "* stop", "* force-reload"],
        ..FAMILY
    },
    Family {
        programs: &["journalctl"],
        kind: SystemKind::SERVICE,
        values: &["-u", "--unit", "--user-unit", "-n", "--lines", "-o", "-p", "--since", "--until", "-S", "-U", "-g"],
        name: names::logged_unit,
        changes: &["--vacuum-size", "--vacuum-time", "--vacuum-files", "--rotate"],
        otherwise: Effect::Inspected,
        ..FAMILY
    },
    Family {
        programs: &["curl", "http", "https", "xh", "grpcurl"],
        kind: SystemKind::WEB_ADDRESS,
        values: &[
            "-H", "--header", "-X", "--request", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "-F", "--form", "-o",
            "--output", "--output-dir", "-u", "--user", "-A", "--user-agent", "-b", "--cookie", "-c", "--cookie-jar", "-w", "--write-out",
            "-m", "--max-time", "--connect-timeout", "-T", "--upload-file", "-e", "--resolve", "--cacert", "--cert", "--key", "--retry",
            "--retry-delay", "--json", "-x", "--proxy", "-import-path", "-proto",
        ],
        name: names::url,
        special: Some(effects::request),
        ..FAMILY
    },
    Family {
        programs: &["wget"],
        kind: SystemKind::WEB_ADDRESS,
        values: &["-O", "-o", "-P", "-e", "-t", "-T", "-U", "-i"],
        name: names::url,
        special: Some(effects::request),
        ..FAMILY
    },
    Family {
        programs: &["gh", "glab"],
        kind: SystemKind("forge"),
        values: &[
            "-R", "--repo", "-t", "--title", "-b", "--body", "-F", "--body-file", "-B", "--base", "-H", "--head", "-l", "--label", "-L",
            "--json", "-q", "--jq",
        ],
        name: names::forge,
        nothing: &["auth", "config", "alias", "completion", "extension", "browse"],
        inspects: &["* view", "* list", "* status", "* diff", "* checks", "* watch", "* download", "* checkout", "search"],
        changes: &[
            "* create", "* edit", "* merge", "* close", "* reopen", "* comment", "* review", "* delete", "* set", "* rerun", "* cancel",
            "* run", "* ready", "* upload", "* approve", "* update*", "* remove", "* lock", "* transfer", "* enable", "* disable",
        ],
        ..FAMILY
    },
];

/// What changes the place where it runs, whatever its family.
pub(super) const CHANGES: &[&str] = &[
    "rm", "rmdir", "mv", "cp", "ln", "touch", "mkdir", "truncate", "dd", "tee", "sed -i*", "perl -i*", "kill", "pkill", "killall",
    "apt install", "apt remove", "apt upgrade", "apt-get install", "apt-get remove", "apt-get upgrade", "apt purge", "yum install",
    "yum remove", "dnf install", "dnf remove", "apk add", "apk del", "pip install", "pip uninstall", "gem install", "npm install",
    "npm ci", "composer install", "bundle install", "chmod", "chown", "chgrp", "setfacl", "useradd", "usermod", "userdel", "groupadd",
    "passwd", "crontab -e", "crontab -r", "ufw", "iptables -*", "firewall-cmd", "sysctl -w", "mount", "umount", "mkfs*", "fdisk", "patch",
    "unzip", "tar -x*", "nginx -s", "a2ensite", "a2dissite", "a2enmod", "a2dismod", "certbot renew", "certbot certonly", "certbot run",
    "certbot install", "certbot delete", "certbot revoke", "certbot rollback", "certbot enhance", "certbot reconfigure", "certbot --nginx",
    "certbot --apache", "certbot -d", "git pull", "git checkout", "git reset", "git push", "php artisan config:*", "php artisan cache:*",
    "php artisan queue:*", "logrotate", "setenforce", "hostnamectl set-*", "timedatectl set-*", "swapoff", "swapon", "growpart",
    "resize2fs", "xfs_growfs", "lvextend", "lvresize", "lvcreate", "vgextend", "pvcreate", "pvresize", "docker system prune",
    "docker image prune", "docker volume prune", "docker builder prune", "docker volume rm", "modprobe", "update-alternatives", "shred",
    "vi", "vim", "nano", "visudo", "vipw",
];

/// What succeeds only where something is well.
pub(super) const HEALTH: &[&str] = &[
    "curl -f*", "curl -sf*", "curl -sSf*", "curl --fail*", "wget --spider", "http --check-status", "kubectl rollout status",
    "kubectl wait", "oc rollout status", "argocd app wait", "helm test", "systemctl is-active", "systemctl status", "pg_isready",
    "mysqladmin ping", "redis-cli ping", "rabbitmq-diagnostics check_*", "nginx -t", "apachectl configtest", "sshd -t", "haproxy -c",
    "promtool check", "goss validate", "nc -z*", "docker compose up --wait",
];

/// Flags with which a command changes nothing.
pub(super) const TRIALS: &[&str] = &["--dry-run", "--dryrun", "--dry_run", "--what-if", "--whatif", "--noop", "--simulate", "--help"];

/// Commands of which `-n` says the same.
pub(super) const SHORT_TRIALS: &[&str] = &["git push", "rsync"];

/// What restarts the place where it runs.
pub(super) const RESTARTS: &[&str] = &["reboot", "shutdown -r*"];

/// What only looks.
pub(super) const INSPECTS: &[&str] = &[
    "cat", "less", "more", "head", "tail", "grep", "egrep", "zgrep", "zcat", "rg", "ls", "ll", "find", "df", "du", "free", "top", "htop",
    "ps", "uptime", "uname", "w", "who", "last", "id", "whoami", "hostname", "date", "env", "printenv", "pwd", "stat", "file", "wc",
    "sort", "uniq", "awk", "cut", "diff", "md5sum", "sha256sum", "ss", "netstat", "lsof", "ip", "ifconfig", "vmstat", "iostat", "dmesg",
    "journalctl", "systemctl list-*", "docker ps", "docker images", "nginx -t", "nginx -T", "php -v", "php -m", "php artisan about",
    "git status", "git log", "git diff", "git show", "crontab -l", "openssl x509", "openssl s_client", "test", "which", "echo", "jq",
    "getent", "pgrep", "sysctl -a", "sed -n", "certbot certificates", "certbot plugins", "certbot show_account",
];

/// What takes a release or a deployment back to what was before.
pub(super) const RELEASED_BACK: &[&str] = &[
    "helm rollback", "kubectl rollout undo", "oc rollout undo", "oc rollback", "argocd app rollback", "docker service rollback",
    "docker service update --rollback", "nomad job revert", "heroku rollback", "heroku releases:rollback", "fly releases rollback",
    "flyctl releases rollback", "vercel rollback", "wrangler rollback", "kamal rollback", "cap * deploy:rollback",
];

/// What brings out a release or a deployment.
pub(super) const RELEASED: &[&str] = &[
    "kamal deploy", "kamal redeploy", "cap * deploy", "vercel --prod", "serverless deploy", "sls deploy", "cdk deploy", "sam deploy",
    "eb deploy", "firebase deploy", "helmfile apply", "helmfile sync", "skaffold run", "nomad job run", "nomad run", "docker stack deploy",
    "docker push", "podman push", "npm publish", "pnpm publish", "yarn publish", "yarn npm publish", "cargo publish", "gem push",
    "twine upload", "uv publish", "poetry publish", "mix hex.publish", "mvn deploy", "dotnet nuget push", "goreleaser release",
];

/// What brings a database to an earlier version of its schema.
pub(super) const MIGRATED_BACK: &[&str] = &[
    "php artisan migrate:rollback", "php artisan migrate:reset", "rails db:rollback", "rails db:migrate:down", "rake db:rollback",
    "rake db:migrate:down", "alembic downgrade", "flask db downgrade", "knex migrate:rollback", "knex migrate:down",
    "sequelize db:migrate:undo*", "typeorm migration:revert", "mix ecto.rollback", "flyway undo", "liquibase rollback*", "goose down",
    "dbmate rollback", "dbmate down", "diesel migration revert", "sqlx migrate revert", "phinx rollback",
];

/// What brings a database to the next version of its schema.
pub(super) const MIGRATED: &[&str] = &[
    "php artisan migrate",
    "php artisan migrate:fresh",
    "php artisan migrate:refresh",
    "rails db:migrate",
    "rake db:migrate",
    "python manage.py migrate",
    "manage.py migrate",
    "django-admin migrate",
    "alembic upgrade",
    "flask db upgrade",
    "flyway migrate",
    "liquibase update*",
    "knex migrate:latest",
    "knex migrate:up",
    "sequelize db:migrate",
    "typeorm migration:run",
    "prisma migrate deploy",
    "prisma migrate dev",
    "prisma db push",
    "drizzle-kit migrate",
    "drizzle-kit push",
    "mix ecto.migrate",
    "goose up*",
    "dbmate up",
    "dbmate migrate",
    "diesel migration run",
    "sqlx migrate run",
    "dotnet ef database update",
    "php bin/console doctrine:migrations:migrate",
    "console doctrine:migrations:migrate",
    "atlas migrate apply",
    "phinx migrate",
];

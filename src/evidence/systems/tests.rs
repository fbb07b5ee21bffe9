use super::*;
use crate::evidence::shell::Wrapper;

fn wrappers() -> Wrappers {
    Wrappers::from([("sx".to_owned(), Wrapper { host: 1, command: Some(2) }), ("db".to_owned(), Wrapper { host: 1, command: None })])
}

#[test]
fn systems_are_named_with_what_was_done() {
    for (line, found) in [
        ("ls -l; cargo test; echo ssh web1", &[][..]),
        ("ssh web1", &["web1: host used"]),
        ("ssh -p 2222 deploy@web1 'tail -n 50 /var/log/nginx/error.log'", &["web1: host inspected"]),
        ("ssh web1 'sudo systemctl restart nginx'", &["web1: host changed", "nginx: service on web1 restarted"]),
        ("scp a.conf root@web1:/etc/a.conf", &["web1: host changed"]),
        ("rsync -avzP web2:/var/log/ logs/", &["web2: host inspected"]),
        ("rsync -ave 'ssh -p 22' a/ web2:/a", &["web2: host changed"]),
        ("rsync -avn a/ web2:/a", &["web2: host inspected"]),
        ("git push -n origin main", &[]),
        ("nginx -s reload", &["nginx: service reloaded"]),
        ("nginx -t", &["nginx: service inspected"]),
        ("ssh web1 'sudo nginx -s reload'", &["web1: host changed", "nginx: service on web1 reloaded"]),
        ("httpd -v && apachectl -k graceful", &["apache: service reloaded"]),
        ("consul kv put a b", &["consul: store of settings changed"]),
        ("consul kv get a", &["consul: store of settings inspected"]),
        ("vault kv put -address=https://vault.internal:8200 secret/a b=c", &["vault.internal:8200: store of settings changed"]),
        ("vault kv get secret/a; vault token lookup", &["vault: store of settings inspected"]),
        ("etcdctl --endpoints=http://127.0.0.1:2379 put a b", &[]),
        ("rabbitmqctl -n rabbit@mq1 purge_queue q", &["rabbitmq: message broker changed"]),
        ("kafka-topics.sh --delete --topic t --bootstrap-server k-1:9092", &["k-1: message broker changed"]),
        ("kafka-topics --list --bootstrap-server k-1:9092", &["k-1: message broker inspected"]),
        ("sudo ufw allow 80", &["ufw: firewall changed"]),
        ("ufw status verbose", &["ufw: firewall inspected"]),
        ("iptables -A INPUT -p tcp --dport 80 -j ACCEPT", &["iptables: firewall changed"]),
        ("iptables -t nat -L", &["iptables: firewall inspected"]),
        ("firewall-cmd --permanent --add-port=80/tcp", &["firewall-cmd: firewall changed"]),
        ("crontab new.cron", &["crontab: scheduled jobs changed"]),
        ("crontab -u www-data -l", &["crontab: scheduled jobs inspected"]),
        ("ssh web1 sudo certbot certificates", &["web1: host inspected"]),
        ("ssh web1 sudo certbot renew --dry-run", &["web1: host inspected"]),
        ("ssh web1 sudo certbot -q renew", &["web1: host changed"]),
        ("docker compose exec -T db psql -c 'ALTER SYSTEM SET a = 1'", &["db: compose service changed"]),
        ("docker compose exec -T db psql -f /sql/i.sql", &["db: compose service used"]),
        ("kubectl exec db-0 -- psql -c 'select 1'", &["db-0: pod inspected"]),
        ("heroku run rails db:rollback --app shop", &["shop: application platform changed"]),
        ("heroku run -a shop 'rails runner x'", &["shop: application platform used"]),
        ("heroku run rails db:rollback", &[]),
        ("mysql -h db2 shop -e \"PURGE BINARY LOGS BEFORE '2026-01-01'\"", &["shop at db2: MySQL database changed"]),
        ("psql -h db1 shop -c 'SELECT pg_terminate_backend(17)'", &["shop at db1: PostgreSQL database changed"]),
        ("ssh web1 'sudo journalctl --vacuum-size=1G'", &["web1: host changed"]),
        ("ssh web1 sudo journalctl -u nginx", &["web1: host inspected", "nginx: service on web1 inspected"]),
        ("ssh web1 sudo docker system prune -f", &["web1: host changed"]),
        ("ssh web1 sudo resize2fs /dev/sda1", &["web1: host changed"]),
        ("ssh web1 'systemctl restart nginx; systemctl status nginx'", &["web1: host inspected", "nginx: service on web1 inspected"]),
        ("ssh web1 'echo x | sudo tee /etc/x'", &["web1: host changed"]),
        ("ssh -p 22 web3 -- 'cat > /etc/motd'", &["web3: host changed"]),
        ("ssh $HOST uptime; for h in a b; do ssh $h 'systemctl restart x'; done; ssh -G web1", &[]),
        ("nc -l 8080; dig +short example.org", &["example.org: host inspected"]),
        ("kubectl --context prod -n shop get pods", &["prod (namespace shop): Kubernetes cluster inspected"]),
        ("kubectl rollout restart deploy/api", &["deploy/api: Kubernetes resource on default context restarted"]),
        ("kubectl -n shop rollout status deploy/api", &["default context (namespace shop): Kubernetes cluster inspected"]),
        ("kubectl apply --dry-run=server -f a.yaml", &["default context: Kubernetes cluster inspected"]),
        ("kubectl apply --dry-run=none -f a.yaml", &["default context: Kubernetes cluster changed"]),
        ("helm upgrade --install shop ./chart --dry-run", &["shop: Helm release inspected"]),
        ("systemctl reload nginx", &["nginx: service reloaded"]),
        ("systemctl reload-or-restart nginx", &["nginx: service changed"]),
        ("service haproxy reload", &["haproxy: service reloaded"]),
        ("psql -h db1 shop -c 'explain delete from jobs'", &["shop at db1: PostgreSQL database inspected"]),
        ("psql -h db1 shop -c 'explain analyze delete from jobs'", &["shop at db1: PostgreSQL database changed"]),
        ("psql -h db1 shop -c 'explain select 1; delete from jobs'", &["shop at db1: PostgreSQL database changed"]),
        ("psql -h db1 shop -c 'SELECT * FROM a FOR UPDATE'", &["shop at db1: PostgreSQL database inspected"]),
        ("psql -h db1 shop -c 'select * from a for no key update; delete from a'", &["shop at db1: PostgreSQL database changed"]),
        ("psql -h db1 shop -c \"select 'drop table x', 'it''s; delete'\"", &["shop at db1: PostgreSQL database inspected"]),
        ("psql -h db1 shop -c \"select 1 -- update me\n\"", &["shop at db1: PostgreSQL database inspected"]),
        ("psql -h db1 shop -c \"insert into t values ('x')\"", &["shop at db1: PostgreSQL database changed"]),
        ("mongosh mongodb://db1/shop --eval \"db.jobs.updateOne({a: 'it'}, {b: 'x'})\"", &["shop at db1: database changed"]),
        ("mysql -h db2 shop -e 'select 1 /* drop */ from `delete`'", &["shop at db2: MySQL database inspected"]),
        ("kubectl rollout history deploy/api", &["default context: Kubernetes cluster inspected"]),
        ("kubectl rollout undo deploy/api", &["deploy/api: Kubernetes resource on default context changed"]),
        (
            "kubectl --context prod -n pay rollout restart deployment.apps/api",
            &["deploy/api: Kubernetes resource on prod (namespace pay) restarted"],
        ),
        (
            "kubectl delete pods a-1 b-2 --grace-period 0",
            &["pod/a-1: Kubernetes resource on default context changed", "pod/b-2: Kubernetes resource on default context changed"],
        ),
        ("kubectl set image deploy/api api=x/api:2", &["deploy/api: Kubernetes resource on default context changed"]),
        ("kubectl annotate svc api x/y=z a/b-", &["svc/api: Kubernetes resource on default context changed"]),
        ("kubectl scale --replicas=3 deployment api", &["deploy/api: Kubernetes resource on default context changed"]),
        ("kubectl drain n1 --ignore-daemonsets", &["node/n1: Kubernetes resource on default context changed"]),
        ("kubectl delete pod -l app=api", &["default context: Kubernetes cluster changed"]),
        ("kubectl delete pod $POD", &["default context: Kubernetes cluster changed"]),
        ("kubectl apply -f a.yaml", &["default context: Kubernetes cluster changed"]),
        (
            "ssh web1 'kubectl rollout restart deploy/api'",
            &["web1: host changed", "deploy/api: Kubernetes resource on default context on web1 restarted"],
        ),
        ("kubectl config use-context prod", &[]),
        ("kubectl exec api-0 -- cat /etc/hosts", &["api-0: pod inspected"]),
        ("helm upgrade --install shop ./chart -f values.yaml", &["shop: Helm release changed"]),
        ("docker logs -f --tail 5 app", &["app: container inspected"]),
        ("docker logs -ft app", &["app: container inspected"]),
        ("docker compose -f a.yml restart web", &["web: compose service restarted"]),
        ("docker compose up -d", &["all of the compose file: compose service changed"]),
        ("docker run --rm -v x:/x node:20 npm test", &[]),
        ("docker restart -t 5 app", &["app: container restarted"]),
        ("docker build -t x . && docker ps", &[]),
        ("docker exec app rm -rf /tmp/x", &["app: container changed"]),
        ("psql -h db1 -U app shop -c 'select 1'", &["shop at db1: PostgreSQL database inspected"]),
        ("psql postgres://app:pw@db1:5432/shop?x=1 -c 'delete from jobs'", &["shop at db1: PostgreSQL database changed"]),
        ("psql -h db1 -tAc 'update jobs set x = 1' shop", &["shop at db1: PostgreSQL database changed"]),
        ("psql -h localhost shop; psql shop", &[]),
        ("mysql -h db2 -pmasked shop -e 'show tables'", &["shop at db2: MySQL database inspected"]),
        ("redis-cli -h cache1 CONFIG SET maxmemory 1gb", &["cache1: Redis changed"]),
        ("curl -s https://user:pw@api.example.org:8443/health?token=1", &["api.example.org:8443: web address inspected"]),
        ("curl -so /dev/null -O https://api.example.org/x", &["api.example.org: web address inspected"]),
        ("wget -c https://api.example.org/x.tgz", &["api.example.org: web address inspected"]),
        ("argocd app sync shop --prune", &["shop: Argo CD application changed"]),
        ("argocd app get shop", &["shop: Argo CD application inspected"]),
        ("argocd app actions run shop restart --kind Deployment", &["shop: Argo CD application restarted"]),
        ("argocd login cd.example.org", &[]),
        ("helm get values shop", &["shop: Helm release inspected"]),
        ("curl -X POST -d @x https://api.example.org/jobs", &["api.example.org: web address used"]),
        ("curl http://localhost:3000/ && curl http://127.0.0.1/ && curl https://registry.example.org/x", &[]),
        ("aws --profile prod ec2 describe-instances", &["AWS ec2 (prod): AWS service inspected"]),
        ("gcloud compute instances reset vm1 --zone a", &["vm1: resource on Google Cloud compute (a) restarted"]),
        ("gcloud run deploy --image x:1 api --region a", &["Google Cloud run (a): cloud service changed"]),
        ("az vm restart -g shop -n vm1", &["vm1: resource on Azure vm (shop) restarted"]),
        (
            "aws --profile prod --region a ecs update-service --cluster c1 --service checkout --force-new-deployment",
            &["c1/checkout: resource on AWS ecs (prod/a) changed"],
        ),
        ("aws s3 rm s3://b/x", &["AWS s3: AWS service changed"]),
        ("aws s3 cp s3://a/b .", &["AWS s3: AWS service inspected"]),
        ("aws s3 sync s3://a/b out --delete", &["AWS s3: AWS service inspected"]),
        ("aws s3 cp a s3://b/c", &["AWS s3: AWS service changed"]),
        ("aws s3 mv s3://a/b .", &["AWS s3: AWS service changed"]),
        ("aws s3 cp s3://a/b s3://c/b", &["AWS s3: AWS service changed"]),
        ("terraform workspace select prod", &[]),
        ("terraform workspace new prod", &["terraform: infrastructure as code changed"]),
        ("terraform -chdir=terraform apply", &["terraform: infrastructure as code changed"]),
        ("terraform -chdir=./infra/prod apply", &["terraform in infra/prod: infrastructure as code changed"]),
        ("pulumi up -s prod", &["pulumi prod: infrastructure as code changed"]),
        ("ansible-playbook site.yml --limit web1,web2", &["web1: Ansible hosts changed", "web2: Ansible hosts changed"]),
        ("ansible-playbook site.yml --limit 'web*,!web2'", &[]),
        ("terraform plan; terraform apply -auto-approve", &["terraform: infrastructure as code changed"]),
        ("ansible-playbook -i hosts site.yml --limit web", &["web: Ansible hosts changed"]),
        ("journalctl -u nginx.service -n 20", &["nginx: service inspected"]),
        ("sx server 'cat /etc/hosts'; sx server reboot", &["server: host restarted"]),
        ("db shop dump", &["shop: host used"]),
        ("git pull --rebase && git push", &["default remote: git remote pushed"]),
        ("git pull origin main | tail -3", &["origin: git remote used"]),
        ("git fetch upstream; git ls-remote; git push --dry-run", &["upstream: git remote used"]),
        ("git fetch upstream", &["upstream: git remote fetched"]),
        ("git -C ../api push origin main", &["origin of ../api: git remote pushed"]),
        ("git push git@git.example.org:a/b.git x", &["git.example.org: git remote pushed"]),
        ("gh pr merge 12", &["GitHub: forge changed"]),
    ] {
        let got: Vec<String> = used(line, &CommandLines::new(&wrappers()))
            .iter()
            .map(|system_use| {
                let place = system_use.place().map(|place| format!(" on {place}")).unwrap_or_default();
                format!("{}: {}{place} {}", system_use.name, system_use.kind.word(), system_use.effect.word())
            })
            .collect();
        assert_eq!(got, found, "{line}");
    }
}

#[test]
fn changes_by_command_are_known() {
    for (line, what) in [
        ("git config user.name 'A B'", "git settings: git config user.name 'A B'"),
        ("git config user.name; git config --list", ""),
        ("sudo sysctl -w vm.swappiness=10", "kernel parameter: sysctl -w vm.swappiness=10"),
        ("kubectl -n prod set image deploy/api api=x:2", "Kubernetes object: kubectl -n prod set image deploy/api api=x:2"),
        ("ssh db1 'psql -c \"ALTER SYSTEM SET work_mem = 1\"'", "database setting on db1: psql -c 'ALTER SYSTEM SET work_mem = 1'"),
        ("systemctl enable --now worker", "service: systemctl enable --now worker"),
        ("crontab -e", "scheduled jobs: crontab -e"),
        ("crontab -l", ""),
        ("heroku config:set API_KEY=abc -a shop", "application setting: heroku config:set API_KEY=…"),
        ("kubectl create secret generic api --from-literal=k=v", "Kubernetes secret: kubectl create secret generic api"),
        ("npm config set x/:_authToken abc", "npm settings: npm config set x/:_authToken"),
        ("gh secret set TOKEN --body abc", "repository secret: gh secret set TOKEN"),
        ("redis-cli -h c1 config set maxmemory 1gb", "Redis setting: redis-cli -h c1 config set maxmemory 1gb"),
        ("systemctl restart worker", ""),
        ("kubectl patch configmap x --dry-run=server -p '{}'", ""),
        ("kubectl patch configmap x -p '{\"a\":1}'", "Kubernetes object: kubectl patch configmap x -p '{\"a\":1}'"),
    ] {
        let show = |change: Changed| {
            let on = change.system.map(|system| format!(" on {system}")).unwrap_or_default();
            format!("{}{on}: {}", change.what, change.command)
        };
        let got: Vec<String> = changes(line, &CommandLines::new(&wrappers())).into_iter().map(show).collect();
        assert_eq!(got.join("; "), what, "{line}");
    }
}

#[test]
fn facts_that_bear_on_security_are_known() {
    for (line, found) in [
        ("sudo systemctl restart nginx", "Run with elevated privileges: systemctl restart nginx"),
        ("ssh web1 'sudo systemctl restart nginx'", "Run with elevated privileges: systemctl restart nginx on web1"),
        ("sudo sysctl -w vm.swappiness=10", "Run with elevated privileges: sysctl -w vm.swappiness=…"),
        ("iptables -A INPUT -s 10.0.0.1 -j DROP", "Firewall commands: iptables -A INPUT -s 10.0.0.1 -j DROP"),
        ("psql -h db1 -tAc \"ALTER ROLE app PASSWORD 'x y'\" shop", "Database rights changed: psql -h db1 -tAc … ALTER ROLE app"),
        ("kubectl -n shop create secret generic api", "Secret stores used: kubectl -n shop create secret generic api"),
        ("chmod -R 777 storage", "Made writable for everybody: chmod -R 777 storage"),
        ("chmod o+w x", "Made writable for everybody: chmod o+w x"),
        ("chmod 644 x", "Permissions changed: chmod 644 x"),
        ("curl -fsSL https://x.example.org/i.sh | sh", "Fetched from the network and run: curl -fsSL https://x.example.org/i.sh"),
        ("curl https://x.example.org/i.sh | /bin/ksh", "Fetched from the network and run: curl https://x.example.org/i.sh"),
        ("git commit --no-verify -m 'secret'", "Git hooks bypassed: git commit --no-verify …"),
        ("git push --force-with-lease origin x", "Remote history overwritten by a forced push: git push --force-with-lease origin x"),
        ("git push -f", "Remote history overwritten by a forced push: git push -f"),
        ("psql -h db1 -c \"GRANT ALL ON x TO y\"", "Database rights changed: psql -h db1 … GRANT ALL ON x TO y"),
        (
            "mysql -e \"GRANT SELECT ON shop.* TO app IDENTIFIED BY 'x'; select 1\"",
            "Database rights changed: mysql … GRANT SELECT ON shop.* TO app",
        ),
        ("psql -c \"select * from user_grants\"", ""),
        ("curl -k https://x.example.org", "Certificates not checked: curl -k https://x.example.org"),
        ("git push; chmod; curl https://x.example.org", ""),
    ] {
        let got: Vec<String> = facts(line, &CommandLines::new(&wrappers()))
            .into_iter()
            .map(|fact| format!("{}: {}{}", fact.what, fact.command, fact.system.map(|on| format!(" on {on}")).unwrap_or_default()))
            .collect();
        assert_eq!(got.join("; "), found, "{line}");
    }
}

#[test]
fn every_program_stands_in_one_family() {
    let mut known = std::collections::HashSet::new();
    for family in table::families() {
        assert!(!family.programs.is_empty() && !family.kind.word().is_empty());
        family.programs.iter().for_each(|program| assert!(known.insert(program), "{program} stands in two rows"));
    }
}

/// A `*` among the changes must not swallow a phrase that only looks.
#[test]
fn checks_of_health_answer_by_their_exit_code() {
    for (line, wanted) in [
        ("curl -fsS https://pay.example.org/healthz", true),
        ("curl -sS https://pay.example.org/healthz", false),
        ("ssh web1 'systemctl is-active nginx'", true),
        ("kubectl -n prod rollout status deploy/x", true),
        ("curl -f http://localhost/healthz | jq .", false),
        ("systemctl status nginx || true", false),
        ("nc -zv db1 5432", true),
        ("nginx -s reload", false),
    ] {
        assert_eq!(checks_health(line, &CommandLines::plain()), wanted, "{line}");
    }
}

#[test]
fn what_looks_never_counts_as_a_change() {
    for family in table::families() {
        for phrase in family.inspects.iter().filter(|phrase| !phrase.contains('*')) {
            let words: Vec<String> = phrase.split(' ').map(str::to_owned).collect();
            assert_eq!(family.effect_of(&Args::new(&words, family.values)), Some(Effect::Inspected), "`{phrase}` of {:?}", family.programs);
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_line_panics(program in "(ssh|scp|docker|docker compose|kubectl|psql|curl|aws|helm|git|redis-cli|chmod)", rest in "[a-z '\":@/=.-]{0,40}") {
        let line = format!("{program} {rest}");
        let wrappers = wrappers();
        let lines = CommandLines::new(&wrappers);
        used(&line, &lines);
        changes(&line, &lines);
        facts(&line, &lines);
    }
}

#[test]
fn what_takes_back_is_known() {
    for (line, wanted) in [
        ("helm --kube-context home -n shop rollback web 41", true),
        ("ssh web1 'kubectl rollout undo deploy/web'", true),
        ("docker compose exec app php artisan migrate:rollback --step=1", true),
        ("cap production deploy:rollback", true),
        ("heroku run rails db:rollback --app shop", true),
        ("docker compose run --rm web rails db:migrate:down VERSION=1", true),
        ("helm rollback web 41 --dry-run", false),
        ("helm rollback web 41; true", false),
        ("kubectl rollout restart deploy/web", false),
        ("helm history web", false),
        ("echo helm rollback", false),
    ] {
        assert_eq!(step(line, &CommandLines::plain()).is_some_and(Step::is_back), wanted, "{line}");
    }
    for (line, wanted) in [
        ("php artisan migrate --force", Some(Step::Migrated)),
        ("php artisan migrate:rollback", Some(Step::MigratedBack)),
        ("php artisan migrate:status", None),
        ("kamal deploy", Some(Step::Released)),
        ("cap production deploy", Some(Step::Released)),
        ("npx cdk deploy ShopStack", Some(Step::Released)),
        ("npm publish --dry-run", None),
        ("flyway -url=jdbc:postgresql://db1:5432/shop migrate", Some(Step::Migrated)),
        ("docker compose exec app rails db:migrate", Some(Step::Migrated)),
        ("alembic downgrade -1", Some(Step::MigratedBack)),
        ("alembic upgrade head && alembic downgrade -1", Some(Step::MigratedBack)),
    ] {
        assert_eq!(step(line, &CommandLines::plain()), wanted, "{line}");
    }
}

#[test]
fn statements_of_a_file_are_run() {
    for (line, runs) in [
        ("psql -h db-1 shop -f i.sql", true),
        ("docker compose exec -T db psql -f /sql/i.sql", true),
        ("mysql -h db2 shop < fix.sql", true),
        ("ssh db1 'mysql shop < fix.sql'", true),
        ("psql -h db-1 -c 'select 1'", false),
        ("mysqldump shop > a.sql", false),
        ("sort < a.sql", false),
    ] {
        let wrappers = Wrappers::default();
        assert_eq!(runs_statements_of_a_file(line, &CommandLines::new(&wrappers)), runs, "{line}");
    }
}

//! `/etc/hosts`, `/etc/resolv.conf` and the host name inside a Pod.
//!
//! Source: upstream `managedHostsFileContent`, `GeneratePodHostNameAndDomain`,
//! `truncatePodHostnameIfNeeded`; pkg/kubelet/network/dns/dns.go.

use std::fmt::Write;

use jobyard_api::{Object, core};

/// Longest host name that DNS labels allow.
const HOSTNAME_MAX: usize = 63;
/// Name servers, search domains and their length, as upstream caps them.
const NAMESERVERS_MAX: usize = 3;
const SEARCHES_MAX: usize = 32;

/// The Pod's host name and, with a subdomain, its domain.
pub fn hostname(
    pod: &core::Pod,
    node_name: &str,
    cluster_domain: &str,
) -> (String, Option<String>) {
    let spec = pod.spec.as_ref();
    if spec.and_then(|spec| spec.host_network) == Some(true) {
        return (cut(node_name), None);
    }
    let own = spec.and_then(|spec| {
        spec.hostname_override
            .as_deref()
            .or(spec.hostname.as_deref())
    });
    let key = pod.key();
    let hostname = cut(own.filter(|name| !name.is_empty()).unwrap_or(&key.name));
    let domain = spec
        .and_then(|spec| spec.subdomain.as_deref())
        .filter(|subdomain| !subdomain.is_empty())
        .map(|subdomain| format!("{subdomain}.{}.svc.{cluster_domain}", key.namespace));
    (hostname, domain)
}

fn cut(name: &str) -> String {
    let end = name.floor_char_boundary(HOSTNAME_MAX);
    name[..end].trim_end_matches(['-', '.']).to_owned()
}

/// The whole `/etc/hosts`. `node_file` is the machine's, used by Pods on the host's network.
pub fn hosts(
    pod: &core::Pod,
    pod_ip: &str,
    (hostname, domain): (&str, Option<&str>),
    node_file: &str,
) -> String {
    let spec = pod.spec.as_ref();
    let mut text = String::new();
    if spec.and_then(|spec| spec.host_network) == Some(true) {
        text.push_str("# Kubernetes-managed hosts file (host network).\n");
        text.push_str(node_file);
    } else {
        text.push_str(
            "# Kubernetes-managed hosts file.\n\
             127.0.0.1\tlocalhost\n\
             ::1\tlocalhost ip6-localhost ip6-loopback\n\
             fe00::0\tip6-localnet\n\
             fe00::0\tip6-mcastprefix\n\
             fe00::1\tip6-allnodes\n\
             fe00::2\tip6-allrouters\n",
        );
        match domain {
            Some(domain) => writeln!(text, "{pod_ip}\t{hostname}.{domain}\t{hostname}"),
            None => writeln!(text, "{pod_ip}\t{hostname}"),
        }
        .expect("writing to a String cannot fail");
    }
    let aliases: Vec<_> = spec
        .iter()
        .flat_map(|spec| spec.host_aliases.iter().flatten())
        .collect();
    if !aliases.is_empty() {
        text.push_str("\n# Entries added by HostAliases.\n");
        for alias in aliases {
            let names = alias
                .hostnames
                .iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("\t");
            writeln!(text, "{}\t{names}", alias.ip).expect("writing to a String cannot fail");
        }
    }
    text
}

/// The whole `/etc/resolv.conf`. `node_file` is the machine's.
///
/// Differs from Kubernetes: this yard has no cluster DNS yet, so `ClusterFirst`
/// reads as `Default`, the machine's own.
pub fn resolv_conf(pod: &core::Pod, node_file: &str) -> String {
    let spec = pod.spec.as_ref();
    let policy = spec.and_then(|spec| spec.dns_policy.as_deref());
    let mut found = if policy == Some("None") {
        Resolver::default()
    } else {
        Resolver::parse(node_file)
    };
    if let Some(config) = spec.and_then(|spec| spec.dns_config.as_ref()) {
        append_new(&mut found.nameservers, config.nameservers.iter().flatten());
        append_new(&mut found.searches, config.searches.iter().flatten());
        for option in config.options.iter().flatten() {
            let name = option.name.as_deref().unwrap_or("");
            found
                .options
                .retain(|old| old.split(':').next() != Some(name));
            found.options.push(match &option.value {
                Some(value) => format!("{name}:{value}"),
                None => name.to_owned(),
            });
        }
    }
    found.print()
}

#[derive(Default)]
struct Resolver {
    nameservers: Vec<String>,
    searches: Vec<String>,
    options: Vec<String>,
}

impl Resolver {
    fn parse(text: &str) -> Self {
        let mut found = Self::default();
        for line in text.lines() {
            let mut words = line.split_whitespace().map(str::to_owned);
            match words.next().as_deref() {
                Some("nameserver") => found.nameservers.extend(words.take(1)),
                Some("search") => found.searches = words.collect(),
                Some("options") => found.options = words.collect(),
                _ => {}
            }
        }
        found
    }

    fn print(&self) -> String {
        let mut text = String::new();
        if !self.searches.is_empty() {
            let searches = &self.searches[..self.searches.len().min(SEARCHES_MAX)];
            writeln!(text, "search {}", searches.join(" "))
                .expect("writing to a String cannot fail");
        }
        for nameserver in self.nameservers.iter().take(NAMESERVERS_MAX) {
            writeln!(text, "nameserver {nameserver}").expect("writing to a String cannot fail");
        }
        if !self.options.is_empty() {
            writeln!(text, "options {}", self.options.join(" "))
                .expect("writing to a String cannot fail");
        }
        text
    }
}

fn append_new<'a>(list: &mut Vec<String>, more: impl Iterator<Item = &'a String>) {
    for entry in more {
        if !list.contains(entry) {
            list.push(entry.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(spec: serde_json::Value) -> core::Pod {
        let mut spec = spec;
        spec["containers"] = serde_json::json!([]);
        serde_json::from_value(
            serde_json::json!({"metadata": {"name": "pod-a", "namespace": "ns"}, "spec": spec}),
        )
        .unwrap()
    }

    #[test]
    fn host_names_come_from_the_spec_the_pod_or_the_node() {
        let long = "a".repeat(62) + "-b";
        let table = [
            (serde_json::json!({}), "pod-a", None),
            (serde_json::json!({"hostname": "h"}), "h", None),
            (
                serde_json::json!({"hostname": "h", "subdomain": "s"}),
                "h",
                Some("s.ns.svc.cluster.local"),
            ),
            (
                serde_json::json!({"hostNetwork": true, "hostname": "h"}),
                "node",
                None,
            ),
            (serde_json::json!({"hostname": long}), &long[..62], None),
        ];
        for (spec, name, domain) in table {
            let found = hostname(&pod(spec.clone()), "node", "cluster.local");
            assert_eq!(
                found,
                (name.to_owned(), domain.map(str::to_owned)),
                "{spec}"
            );
        }
    }

    #[test]
    fn the_hosts_file_names_the_pod_and_its_aliases() {
        let aliased =
            pod(serde_json::json!({"hostAliases": [{"ip": "1.2.3.4", "hostnames": ["a", "b"]}]}));
        let text = hosts(
            &aliased,
            "10.0.0.5",
            ("pod-a", Some("s.ns.svc.cluster.local")),
            "",
        );
        assert_eq!(
            text,
            "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n\
             fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n\
             10.0.0.5\tpod-a.s.ns.svc.cluster.local\tpod-a\n\n# Entries added by HostAliases.\n1.2.3.4\ta\tb\n"
        );
        let host = hosts(
            &pod(serde_json::json!({"hostNetwork": true})),
            "",
            ("node", None),
            "127.0.0.1 x\n",
        );
        assert_eq!(
            host,
            "# Kubernetes-managed hosts file (host network).\n127.0.0.1 x\n"
        );
    }

    #[test]
    fn the_resolver_is_the_machines_with_the_pods_additions() {
        let machine =
            "# made by hand\nnameserver 9.9.9.9\nsearch a.example\noptions ndots:2 edns0\n";
        let config = serde_json::json!({
            "nameservers": ["1.1.1.1", "9.9.9.9"], "searches": ["b.example"],
            "options": [{"name": "ndots", "value": "5"}]
        });
        assert_eq!(
            resolv_conf(&pod(serde_json::json!({"dnsConfig": config})), machine),
            "search a.example b.example\nnameserver 9.9.9.9\nnameserver 1.1.1.1\noptions edns0 ndots:5\n"
        );
        assert_eq!(
            resolv_conf(
                &pod(serde_json::json!({"dnsPolicy": "None", "dnsConfig": config})),
                machine
            ),
            "search b.example\nnameserver 1.1.1.1\nnameserver 9.9.9.9\noptions ndots:5\n"
        );
    }
}

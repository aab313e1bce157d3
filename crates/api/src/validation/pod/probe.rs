//! Probes and lifecycle hooks.
//!
//! Source: upstream `validateLivenessProbe` and its like, `validateProbe`,
//! `validateHandler`, `validateLifecycle`.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::{
    core::{Container, ExecAction, GRPCAction, HTTPGetAction, Probe, SleepAction, TCPSocketAction},
    field::{ErrorList, FieldError, Path},
    validation::{meta::nonnegative, names},
};

/// Hooks and probes of a container that may have them; `grace` in seconds.
pub(super) fn lifecycle_and_probes(
    container: &Container,
    grace: i64,
    path: &Path,
    errors: &mut ErrorList,
) {
    if let Some(lifecycle) = &container.lifecycle {
        let path = path.child("lifecycle");
        for (name, handler) in [
            ("postStart", &lifecycle.post_start),
            ("preStop", &lifecycle.pre_stop),
        ] {
            if let Some(one) = handler {
                let handler = Handler {
                    exec: one.exec.as_ref(),
                    http_get: one.http_get.as_ref(),
                    tcp_socket: one.tcp_socket.as_ref(),
                    grpc: None,
                    sleep: one.sleep.as_ref(),
                };
                handler.validate(grace, &path.child(name), errors);
            }
        }
    }
    if let Some(one) = &container.liveness_probe {
        let path = path.child("livenessProbe");
        probe(one, grace, &path, errors);
        succeeds_once(one, &path, errors);
    }
    if let Some(one) = &container.readiness_probe {
        let path = path.child("readinessProbe");
        probe(one, grace, &path, errors);
        if let Some(seconds) = one.termination_grace_period_seconds {
            errors.push(FieldError::invalid(
                &path.child("terminationGracePeriodSeconds"),
                seconds,
                "must not be set for readinessProbes",
            ));
        }
    }
    if let Some(one) = &container.startup_probe {
        let path = path.child("startupProbe");
        probe(one, grace, &path, errors);
        succeeds_once(one, &path, errors);
    }
}

fn succeeds_once(probe: &Probe, path: &Path, errors: &mut ErrorList) {
    let threshold = probe.success_threshold.unwrap_or(1);
    if threshold != 1 {
        errors.push(FieldError::invalid(
            &path.child("successThreshold"),
            threshold,
            "must be 1",
        ));
    }
}

fn probe(probe: &Probe, grace: i64, path: &Path, errors: &mut ErrorList) {
    let handler = Handler {
        exec: probe.exec.as_ref(),
        http_get: probe.http_get.as_ref(),
        tcp_socket: probe.tcp_socket.as_ref(),
        grpc: probe.grpc.as_ref(),
        sleep: None,
    };
    handler.validate(grace, path, errors);
    for (name, value) in [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ] {
        nonnegative(value.unwrap_or(0).into(), &path.child(name), errors);
    }
    if let Some(seconds) = probe
        .termination_grace_period_seconds
        .filter(|one| *one <= 0)
    {
        errors.push(FieldError::invalid(
            &path.child("terminationGracePeriodSeconds"),
            seconds,
            "must be greater than 0",
        ));
    }
}

/// What a probe or hook does: exactly one of these.
struct Handler<'a> {
    exec: Option<&'a ExecAction>,
    http_get: Option<&'a HTTPGetAction>,
    tcp_socket: Option<&'a TCPSocketAction>,
    grpc: Option<&'a GRPCAction>,
    sleep: Option<&'a SleepAction>,
}

impl Handler<'_> {
    fn validate(&self, grace: i64, path: &Path, errors: &mut ErrorList) {
        let mut handlers = 0;
        let mut is_first = |name: &str, errors: &mut ErrorList| {
            handlers += 1;
            if handlers > 1 {
                errors.push(FieldError::forbidden(
                    &path.child(name),
                    "may not specify more than 1 handler type",
                ));
            }
            handlers == 1
        };
        if let Some(exec) = self.exec
            && is_first("exec", errors)
            && exec.command.as_deref().unwrap_or_default().is_empty()
        {
            errors.push(FieldError::required(
                &path.child("exec").child("command"),
                "",
            ));
        }
        if let Some(action) = self.http_get
            && is_first("httpGet", errors)
        {
            http_get(action, &path.child("httpGet"), errors);
        }
        if let Some(action) = self.tcp_socket
            && is_first("tcpSocket", errors)
        {
            port(&action.port, &path.child("tcpSocket").child("port"), errors);
        }
        if let Some(action) = self.grpc
            && is_first("grpc", errors)
        {
            let number = IntOrString::Int(action.port);
            port(&number, &path.child("grpc").child("port"), errors);
        }
        if let Some(action) = self.sleep
            && is_first("sleep", errors)
            && !(0..=grace).contains(&action.seconds)
        {
            errors.push(FieldError::invalid(
                &path.child("sleep"),
                action.seconds,
                format!(
                    "must be non-negative and less than terminationGracePeriodSeconds ({grace})"
                ),
            ));
        }
        if handlers == 0 {
            errors.push(FieldError::required(path, "must specify a handler type"));
        }
    }
}

fn http_get(action: &HTTPGetAction, path: &Path, errors: &mut ErrorList) {
    if action.path.as_deref().unwrap_or("").is_empty() {
        errors.push(FieldError::required(&path.child("path"), ""));
    }
    port(&action.port, &path.child("port"), errors);
    let scheme = action.scheme.as_deref().unwrap_or("");
    if !["HTTP", "HTTPS"].contains(&scheme) {
        errors.push(FieldError::not_supported(
            &path.child("scheme"),
            scheme,
            &["HTTP", "HTTPS"],
        ));
    }
    for header in action.http_headers.iter().flatten() {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if header.name.is_empty() || !header.name.bytes().all(fits) {
            errors.push(FieldError::invalid(
                &path.child("httpHeaders"),
                &header.name,
                names::pattern(
                    "a valid HTTP header must consist of alphanumeric characters or '-'",
                    "[-A-Za-z0-9]+",
                    &["X-Header-Name"],
                ),
            ));
        }
    }
}

/// A port by number, or by the name a container gave it.
fn port(port: &IntOrString, path: &Path, errors: &mut ErrorList) {
    match port {
        IntOrString::Int(number) => {
            for why in names::port_number(*number) {
                errors.push(FieldError::invalid(path, *number, why));
            }
        }
        IntOrString::String(name) => {
            for why in names::port_name(name) {
                errors.push(FieldError::invalid(path, name, why));
            }
        }
    }
}

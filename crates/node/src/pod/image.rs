//! What an image name means, and what becomes of a container whose image is not here.
//!
//! Source: distribution/reference `ParseNormalizedNamed`; upstream
//! `imageManager.EnsureImageExists` and `applyDefaultImageTag`.

use jobyard_api::{core, well_known::RUNTIME_CLASS_HOST};
use jobyard_decide::pod::HeldReason;

/// Why a container with this image cannot be started on a node without images.
///
/// Differs from Kubernetes: nothing is fetched from a registry yet; the message
/// says what to do instead.
pub fn missing(container: &core::Container) -> (HeldReason, String) {
    let image = container.image.as_deref().unwrap_or("");
    if let Err(problem) = check_name(image) {
        let message = format!(
            "Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": {problem}"
        );
        return (HeldReason::InvalidImageName, message);
    }
    if container.image_pull_policy.as_deref() == Some("Never") {
        let message =
            format!("Container image \"{image}\" is not present with pull policy of Never");
        return (HeldReason::ImageNeverPull, message);
    }
    let message = format!(
        "image \"{image}\" is not on this node, and this release fetches none: set \"runtimeClassName: \
         {RUNTIME_CLASS_HOST}\" in the Pod template, or start jobyard with \"--runtime host\", to run the command \
         with this machine's own programs"
    );
    (HeldReason::ImagePull, message)
}

/// Checks the form `[REGISTRY[:PORT]/]PATH[:TAG][@DIGEST]`.
fn check_name(image: &str) -> Result<(), String> {
    let invalid = || "invalid reference format".to_owned();
    let (name_and_tag, digest) = match image.split_once('@') {
        None => (image, None),
        Some((name, digest)) => (name, Some(digest)),
    };
    let (registry, path_and_tag) = match name_and_tag.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => {
            (Some(first), rest)
        }
        _ => (None, name_and_tag),
    };
    let (path, tag) = match path_and_tag.split_once(':') {
        None => (path_and_tag, None),
        Some((path, tag)) => (path, Some(tag)),
    };
    if path.chars().any(|letter| letter.is_ascii_uppercase()) {
        let familiar = match registry {
            Some(registry) => format!("{registry}/{path}"),
            None if path.contains('/') => path.to_owned(),
            None => format!("library/{path}"),
        };
        return Err(format!(
            "invalid reference format: repository name ({familiar}) must be lowercase"
        ));
    }
    let is_valid = path.split('/').all(is_path_component)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest)
        && registry.is_none_or(is_registry);
    if is_valid { Ok(()) } else { Err(invalid()) }
}

fn is_path_component(text: &str) -> bool {
    let is_alphanumeric = |byte: Option<u8>| {
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let ends_well = is_alphanumeric(text.bytes().next()) && is_alphanumeric(text.bytes().last());
    ends_well
        && !text.contains("..")
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)
        })
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text
            .bytes()
            .all(|byte| is_word(byte) || b".-".contains(&byte))
}

fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        algorithm
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+._-".contains(&byte))
            && !algorithm.is_empty()
            && hex.len() >= 32
            && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn is_registry(text: &str) -> bool {
    let (host, port) = text
        .split_once(':')
        .map_or((text, None), |(host, port)| (host, Some(port)));
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        && port
            .is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_upstream_reads_them() {
        let digest = format!("busybox@sha256:{}", "a".repeat(64));
        let table = [
            ("busybox", Ok(())),
            ("perl:5.34.0", Ok(())),
            ("localhost/a/b:1", Ok(())),
            ("registry.example:5000/a_b/c-d:v1.2", Ok(())),
            (digest.as_str(), Ok(())),
            ("", Err("invalid reference format")),
            ("a b", Err("invalid reference format")),
            ("busybox:", Err("invalid reference format")),
            ("/x", Err("invalid reference format")),
            (
                "Bad_Name:::1",
                Err(
                    "invalid reference format: repository name (library/Bad_Name) must be lowercase",
                ),
            ),
        ];
        for (image, expected) in table {
            assert_eq!(
                check_name(image),
                expected.map_err(str::to_owned),
                "{image}"
            );
        }
    }

    #[test]
    fn the_pull_policy_decides_what_is_said() {
        let container = |image: &str, policy: &str| core::Container {
            image: Some(image.to_owned()),
            image_pull_policy: Some(policy.to_owned()),
            ..Default::default()
        };
        assert_eq!(
            missing(&container("busybox", "Always")).0,
            HeldReason::ImagePull
        );
        assert_eq!(
            missing(&container("busybox", "Never")),
            (
                HeldReason::ImageNeverPull,
                "Container image \"busybox\" is not present with pull policy of Never".to_owned()
            )
        );
        assert_eq!(
            missing(&container("Bad_Name:::1", "Always")),
            (
                HeldReason::InvalidImageName,
                "Failed to apply default image tag \"Bad_Name:::1\": couldn't parse image name \"Bad_Name:::1\": \
                 invalid reference format: repository name (library/Bad_Name) must be lowercase"
                    .to_owned()
            )
        );
    }
}

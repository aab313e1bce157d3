//! The numbers of the fields in Kubernetes' protobuf messages.
//!
//! They come from the crate k8s-pb, which prost made of the `generated.proto`
//! files of `k8s.io/api` and `k8s.io/apimachinery`. Only its text is read: one
//! line of `#[prost(..)]` above each field says number and type. The crate is
//! of v1.35; what v1.36 added stands in [`LATER`].
//!
//! Where Go embeds a struct (`Volume` its `VolumeSource`), JSON has the fields
//! in one object and protobuf in a message of its own. Such a message has a
//! name that JSON lacks, which is how it is found.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

/// The crate and its release on crates.io (Apache-2.0).
const CRATE: (&str, &str) = ("k8s-pb", "=0.9.0");

/// Fields of v1.36 that the crate does not have.
///
/// Source: the `protobuf` tags in `types.go` of `k8s.io/api` and
/// `k8s.io/apimachinery`, v0.36.
const LATER: &[(&str, &[(&str, u32)])] = &[
    ("core.v1.ImageVolumeStatus", &[("imageRef", 1)]),
    (
        "core.v1.NodeAllocatableResourceClaimStatus",
        &[
            ("resourceClaimName", 1),
            ("containers", 2),
            ("resources", 3),
        ],
    ),
    ("core.v1.PodSchedulingGroup", &[("podGroupName", 1)]),
    ("core.v1.PodSpec", &[("schedulingGroup", 43)]),
    (
        "core.v1.PodStatus",
        &[("nodeAllocatableResourceClaimStatuses", 21)],
    ),
    ("core.v1.ResourceHealth", &[("message", 6)]),
    ("core.v1.VolumeMountStatus", &[("volumeStatus", 5)]),
    ("core.v1.VolumeStatus", &[("image", 1)]),
    ("meta.v1.ListMeta", &[("shardInfo", 5)]),
    ("meta.v1.ShardInfo", &[("selector", 1)]),
];

/// All messages, by the [folded](fold) name of their definition.
pub(super) struct Messages(BTreeMap<String, Vec<Member>>);

/// A field of a message.
struct Member {
    /// Its [folded](fold) name.
    folded: String,
    number: u32,
    /// prost's name of the wire type: `string`, `message`, `btree_map`.
    kind: String,
    /// The Rust type.
    ty: String,
}

impl Messages {
    /// Downloads the crate and reads its text.
    pub(super) fn download() -> Result<Self> {
        let folder = tempfile::tempdir().context("make a temporary folder")?;
        let (name, release) = CRATE;
        let manifest = format!(
            "[package]\nname = \"tags\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{name} = \"{release}\"\n"
        );
        fs::write(folder.path().join("Cargo.toml"), manifest)?;
        fs::create_dir(folder.path().join("src"))?;
        fs::write(folder.path().join("src/lib.rs"), "")?;
        super::run(
            Command::new("cargo")
                .args(["vendor", "--quiet"])
                .current_dir(folder.path())
                .stdout(std::process::Stdio::null()),
        )?;
        let source = folder.path().join("vendor").join(name).join("src");
        let mut messages = Self(BTreeMap::new());
        messages.folder(&source, "io.k8s")?;
        ensure!(
            !messages.0.is_empty(),
            "{} holds no message",
            source.display()
        );
        Ok(messages)
    }

    fn folder(&mut self, folder: &Path, package: &str) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or("");
            if path.is_dir() {
                self.folder(&path, &format!("{package}.{name}"))?;
            } else if name == "mod.rs" {
                self.module(&fs::read_to_string(&path)?, package)?;
            }
        }
        Ok(())
    }

    /// One file: its structs, which have no struct inside.
    fn module(&mut self, text: &str, package: &str) -> Result<()> {
        let mut message = String::new();
        let mut attribute = None;
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("pub struct ") {
                let name = name.split([' ', '{']).next().unwrap_or("");
                message = fold(&format!("{package}.{name}"));
                self.0.insert(message.clone(), Vec::new());
            } else if let Some(found) = line.strip_prefix("#[prost(") {
                attribute = Some(found.to_owned());
            } else if let Some(found) = attribute.take() {
                let member = Member::read(&found, line)
                    .with_context(|| format!("{message}: {found} {line}"))?;
                self.0.entry(message.clone()).or_default().push(member);
            }
        }
        Ok(())
    }

    /// The Rust expression of a field's number; `None` for the two fields that
    /// say what an object is, and stand outside of its message.
    pub(super) fn tag(
        &self,
        definition: &str,
        properties: &Map<String, Value>,
        field: &str,
    ) -> Result<Option<String>> {
        let schema = &properties[field];
        let later = LATER
            .iter()
            .filter(|(of, _)| definition.ends_with(&format!(".{of}")))
            .flat_map(|(_, fields)| *fields)
            .find(|(name, _)| *name == field);
        if let Some((_, number)) = later {
            return Ok(Some(format!("Tag::Own({number})")));
        }
        let members = self
            .0
            .get(&fold(definition))
            .with_context(|| format!("no message for {definition}"))?;
        let wanted = fold(field);
        if let Some(member) = members.iter().find(|member| member.folded == wanted) {
            member.check(schema)?;
            return Ok(Some(format!("Tag::Own({})", member.number)));
        }
        let package = definition
            .rsplit_once('.')
            .map_or("", |(package, _)| package);
        let is_embedded = |member: &&Member| {
            member.kind == "message" && !properties.keys().any(|name| fold(name) == member.folded)
        };
        for outer in members.iter().filter(is_embedded) {
            let embedded = self.0.get(&fold(&format!("{package}.{}", outer.ty)));
            let found = embedded
                .into_iter()
                .flatten()
                .find(|member| member.folded == wanted);
            if let Some(member) = found {
                member.check(schema)?;
                return Ok(Some(format!(
                    "Tag::Embedded({}, {})",
                    outer.number, member.number
                )));
            }
        }
        if matches!(field, "apiVersion" | "kind") {
            return Ok(None);
        }
        bail!("{definition} has no number for {field}")
    }
}

impl Member {
    /// `string, optional, tag = "3")]` and `pub r#type: ::core::option::Option<..>,`.
    fn read(attribute: &str, field: &str) -> Result<Self> {
        let kind = attribute.split([',', ' ']).next().context("no wire type")?;
        let number = attribute
            .split_once("tag = \"")
            .and_then(|(_, rest)| rest.split('"').next())
            .context("no number")?;
        let (name, ty) = field
            .strip_prefix("pub ")
            .and_then(|field| field.split_once(':'))
            .context("no field")?;
        let ty = ty.trim_end_matches([',', '>']);
        let ty = ty.rsplit([':', '<', ' ']).next().unwrap_or(ty);
        Ok(Self {
            folded: fold(name.trim_start_matches("r#")),
            number: number.parse()?,
            kind: kind.to_owned(),
            ty: ty.to_owned(),
        })
    }

    /// Whether both sources mean the same kind of value.
    fn check(&self, schema: &Value) -> Result<()> {
        let ty = super::type_of(schema)?;
        let element = ty.strip_prefix("Type::List(&").unwrap_or(&ty);
        let fits = match self.kind.as_str() {
            "bool" => element.starts_with("Type::Bool"),
            "int32" => element.starts_with("Type::Int32"),
            "int64" => element.starts_with("Type::Int64"),
            "string" => element.starts_with("Type::String"),
            "bytes" => element.starts_with("Type::Bytes"),
            "btree_map" => element.starts_with("Type::Map"),
            "message" => [
                "Type::Object",
                "Type::Quantity",
                "Type::IntOrString",
                "Type::Time",
                "Type::MicroTime",
                "Type::Any",
            ]
            .iter()
            .any(|begin| element.starts_with(begin)),
            _ => false,
        };
        ensure!(fits, "{ty} is {} in protobuf", self.kind);
        Ok(())
    }
}

/// `podCIDRs` and `pod_cid_rs`, `AWSElasticBlockStore` and `AwsElasticBlockStore` are one name.
fn fold(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}

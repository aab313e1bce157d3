//! A small world to apply in: one object, writers, and who owns what.

mod appliers;
mod errors;
mod laws;
mod lists;
mod sets;
mod updates;

use super::*;
use crate::{batch::Job, core::ConfigMap, decode::FieldValidation};

/// Objects as a server holds them, one second a write.
pub(super) struct World<K> {
    pub(super) live: Option<K>,
    seconds: i64,
}

pub(super) fn config_map() -> World<ConfigMap> {
    World::default()
}

pub(super) fn job() -> World<Job> {
    World::default()
}

impl<K> Default for World<K> {
    fn default() -> Self {
        Self {
            live: None,
            seconds: 0,
        }
    }
}

pub(super) fn configuration<K: Object>(yaml: &str) -> Configuration {
    let head = format!(
        "apiVersion: {}\nkind: {}\n",
        K::RESOURCE.api_version(),
        K::RESOURCE.kind
    );
    let read = Configuration::read((head + yaml).as_bytes(), FieldValidation::Strict);
    let mut config = read.expect("YAML").object;
    config.default_name("a");
    config
}

impl<K: Object> World<K> {
    fn writer<'a>(&mut self, manager: &'a str, subresource: &'a str) -> Writer<'a> {
        self.seconds += 1;
        Writer {
            manager,
            subresource,
            now: Timestamp::from_second(self.seconds).expect("a time"),
        }
    }

    fn apply_with(&mut self, manager: &str, yaml: &str, force: bool) -> Result<(), StatusError> {
        let writer = self.writer(manager, "");
        let applied = apply(
            self.live.as_ref(),
            &configuration::<K>(yaml),
            &writer,
            force,
        )?;
        self.live = Some(applied);
        Ok(())
    }

    pub(super) fn apply(&mut self, manager: &str, yaml: &str) -> &mut Self {
        if let Err(error) = self.apply_with(manager, yaml, false) {
            panic!("{}", error.message());
        }
        self
    }

    pub(super) fn force(&mut self, manager: &str, yaml: &str) -> &mut Self {
        if let Err(error) = self.apply_with(manager, yaml, true) {
            panic!("{}", error.message());
        }
        self
    }

    pub(super) fn refused(&mut self, manager: &str, yaml: &str) -> StatusError {
        self.apply_with(manager, yaml, false)
            .expect_err("it is refused")
    }

    /// An ordinary write, to the object or a part of it; the first creates it.
    pub(super) fn update_part(
        &mut self,
        (manager, part): (&str, &str),
        change: impl FnOnce(&mut K),
    ) -> &mut Self
    where
        K: Default,
    {
        let writer = self.writer(manager, part);
        let mut new = self.live.clone().unwrap_or_default();
        new.metadata_mut().name = Some("a".to_owned());
        change(&mut new);
        match &self.live {
            Some(live) => record(live, &mut new, &writer),
            None => new.metadata_mut().managed_fields = create(K::RESOURCE, &writer, 0),
        }
        self.live = Some(new);
        self
    }

    pub(super) fn update(&mut self, manager: &str, change: impl FnOnce(&mut K)) -> &mut Self
    where
        K: Default,
    {
        self.update_part((manager, ""), change)
    }

    /// The entries as clients see them.
    pub(super) fn entries(&self) -> Vec<ManagedFieldsEntry> {
        let live = text_of(self.live.as_ref().expect("an object"));
        let shown = written_out(&live, K::RESOURCE).unwrap_or(live);
        let shown: K = serde_json::from_slice(&shown).expect("the same object");
        shown.metadata().managed_fields.clone().unwrap_or_default()
    }

    /// `Apply me@2: .data.a .data.b`, a line for each entry.
    pub(super) fn owners(&self) -> String {
        let line = |entry: &ManagedFieldsEntry| {
            let fields = entry.fields_v1.as_ref().expect("fields");
            let fields = FieldSet::from_json(&fields.0).expect("a set").paths();
            let paths: Vec<String> = fields.iter().map(ToString::to_string).collect();
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let part = entry.subresource.as_ref();
            format!(
                "{} {}{}@{}: {}",
                text(&entry.operation),
                text(&entry.manager),
                part.map(|part| format!("/{part}")).unwrap_or_default(),
                entry.time.as_ref().map_or(0, |time| time.0.as_second()),
                paths.join(" ")
            )
        };
        let lines: Vec<String> = self.entries().iter().map(line).collect();
        lines.join("\n")
    }
}

impl World<ConfigMap> {
    /// `a=1 b=2`
    pub(super) fn data(&self) -> String {
        let live = self.live.as_ref().expect("an object");
        let data = live.data.iter().flatten();
        let data: Vec<String> = data.map(|(key, value)| format!("{key}={value}")).collect();
        data.join(" ")
    }

    pub(super) fn set(&mut self, manager: &str, key: &str, value: &str) -> &mut Self {
        self.update(manager, |map| {
            let data = map.data.get_or_insert_default();
            data.insert(key.to_owned(), value.to_owned());
        })
    }
}

//! Events: what was said about which object, when and how often.
//!
//! Source: upstream `printEvent`.

use jobyard_api::{Timestamp, core, meta};
use serde_json::{Value, json};

use super::{Column, Printer, duration};

impl Printer for core::Event {
    const COLUMNS: &'static [Column] = &[
        Column::text("Last Seen", "When it was said last"),
        Column::text("Type", "Normal or Warning"),
        Column::text("Reason", "Why, in one word"),
        Column::text("Object", "The object it is about"),
        Column::text("Subobject", "The part of the object it is about").wide(),
        Column::text("Source", "Who says so").wide(),
        Column::text("Message", "What happened"),
        Column::text("First Seen", "When it was said first").wide(),
        Column::text("Count", "How often it was said").wide(),
        Column {
            format: "name",
            ..Column::text("Name", "Name of the Event").wide()
        },
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        let event_time = self.event_time.as_ref().map(|time| meta::Time(time.0));
        let first = self.first_timestamp.clone().or(event_time);
        let series = self.series.as_ref();
        let last_of_series = series.and_then(|it| it.last_observed_time.as_ref());
        let last = last_of_series
            .map(|time| meta::Time(time.0))
            .or_else(|| self.last_timestamp.clone())
            .or_else(|| first.clone());
        let count = series
            .and_then(|it| it.count)
            .or(self.count)
            .filter(|&count| count != 0)
            .unwrap_or(1);
        let text = |text: &Option<String>| json!(text.as_deref().unwrap_or(""));
        vec![
            json!(duration::since(last.as_ref(), now)),
            text(&self.type_),
            text(&self.reason),
            json!(object(&self.involved_object)),
            text(&self.involved_object.field_path),
            json!(source(self)),
            json!(self.message.as_deref().unwrap_or("").trim()),
            json!(duration::since(first.as_ref(), now)),
            json!(count),
            text(&self.metadata.name),
        ]
    }
}

fn object(reference: &core::ObjectReference) -> String {
    let kind = reference.kind.as_deref().unwrap_or("").to_lowercase();
    match reference.name.as_deref() {
        None | Some("") => kind,
        Some(name) => format!("{kind}/{name}"),
    }
}

fn source(event: &core::Event) -> String {
    let source = event.source.clone().unwrap_or_default();
    let first = |texts: [&Option<String>; 2]| {
        let mut texts = texts.into_iter().flatten().filter(|text| !text.is_empty());
        texts.next().cloned().unwrap_or_default()
    };
    let component = first([&source.component, &event.reporting_component]);
    let instance = first([&source.host, &event.reporting_instance]);
    if instance.is_empty() {
        component
    } else {
        format!("{component}, {instance}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(fields: &Value) -> Vec<Value> {
        let mut event = json!({
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": "pi.1"},
            "involvedObject": {"kind": "Job", "name": "pi"},
        });
        for (name, value) in fields.as_object().expect("an object") {
            event[name] = value.clone();
        }
        let event: core::Event = serde_json::from_value(event).expect("an Event");
        event.cells("2026-01-01T00:01:00Z".parse().expect("a timestamp"))
    }

    #[test]
    fn an_old_style_event() {
        let cells = cells(&json!({
            "type": "Normal", "reason": "SuccessfulCreate", "message": " Created pod: pi-x \n",
            "source": {"component": "job-controller"},
            "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:00:55Z", "count": 3,
        }));
        assert_eq!(
            cells,
            [
                json!("5s"),
                json!("Normal"),
                json!("SuccessfulCreate"),
                json!("job/pi"),
                json!(""),
                json!("job-controller"),
                json!("Created pod: pi-x"),
                json!("60s"),
                json!(3),
                json!("pi.1"),
            ]
        );
    }

    #[test]
    fn a_new_style_event_has_its_times_elsewhere() {
        let cells = cells(&json!({
            "eventTime": "2026-01-01T00:00:00.000000Z",
            "series": {"count": 7, "lastObservedTime": "2026-01-01T00:00:59.000000Z"},
            "reportingComponent": "scheduler", "reportingInstance": "box",
        }));
        assert_eq!(cells[0], "1s");
        assert_eq!(cells[5], "scheduler, box");
        assert_eq!(cells[7..9], [json!("60s"), json!(7)]);
    }

    #[test]
    fn an_event_said_once_counts_one() {
        assert_eq!(cells(&json!({}))[8], 1);
    }
}

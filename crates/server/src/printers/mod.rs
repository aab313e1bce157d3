//! The columns that `kubectl get` shows: one printer for each kind.
//!
//! The server computes them, so that every client shows the same and none needs
//! to know the kinds. A printer is a list of columns and a pure function from an
//! object and a time to as many cells; one file a kind.
//!
//! Source: upstream `pkg/printers/internalversion/printers.go`.

mod config_map;
mod duration;
mod event;
mod job;
mod lease;
mod namespace;
mod node;
mod pod;
mod runtime_class;
mod secret;
mod service_account;

use jobyard_api::{
    Object, ResourceInfo, Timestamp, batch, coordination, core, meta, node as nodes,
};
use serde::Serialize;
use serde_json::Value;

/// The definition of one column, as it goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Column {
    /// The heading; kubectl prints it in capitals.
    pub(crate) name: &'static str,
    /// `string` for all of ours; cells may be numbers all the same.
    #[serde(rename = "type")]
    pub(crate) value_type: &'static str,
    /// `name` for the column that names the object.
    pub(crate) format: &'static str,
    /// For people.
    pub(crate) description: &'static str,
    /// 0: always shown; 1: only with `-o wide`.
    pub(crate) priority: i32,
}

impl Column {
    const fn text(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            value_type: "string",
            format: "",
            description,
            priority: 0,
        }
    }

    const fn wide(self) -> Self {
        Self {
            priority: 1,
            ..self
        }
    }
}

/// The first column of every kind but Event.
const NAME: Column = Column {
    format: "name",
    ..Column::text("Name", "Name of the object, unique in its namespace")
};
/// The column of the time since creation.
const AGE: Column = Column::text("Age", "Time since the object was created");

/// What stands in a cell that has nothing to show.
const NONE: &str = "<none>";

/// Columns of a kind, and what fills them.
pub(crate) trait Printer: Object + Default {
    /// The columns, in order.
    const COLUMNS: &'static [Column];

    /// One cell for each column.
    fn cells(&self, now: Timestamp) -> Vec<Value>;
}

/// A printer of a kind known only at run time.
#[derive(Clone, Copy)]
pub(crate) struct DynPrinter {
    /// The columns, in order.
    pub(crate) columns: &'static [Column],
    cells: fn(&[u8], Timestamp) -> Result<Vec<Value>, serde_json::Error>,
    empty: fn(Timestamp) -> Vec<Value>,
}

impl DynPrinter {
    fn of<K: Printer>() -> Self {
        Self {
            columns: K::COLUMNS,
            cells: |json, now| Ok(serde_json::from_slice::<K>(json)?.cells(now)),
            empty: |now| K::default().cells(now),
        }
    }

    /// The cells of the object with this JSON.
    pub(crate) fn cells(
        &self,
        json: &[u8],
        now: Timestamp,
    ) -> Result<Vec<Value>, serde_json::Error> {
        (self.cells)(json, now)
    }

    /// The cells of an empty object: what a bookmark shows.
    pub(crate) fn empty_cells(&self, now: Timestamp) -> Vec<Value> {
        (self.empty)(now)
    }
}

/// The printer of a kind; `None` for a kind without one.
pub(crate) fn printer_of(resource: &ResourceInfo) -> Option<DynPrinter> {
    let all = [
        (
            core::ConfigMap::RESOURCE,
            DynPrinter::of::<core::ConfigMap>(),
        ),
        (core::Event::RESOURCE, DynPrinter::of::<core::Event>()),
        (
            core::Namespace::RESOURCE,
            DynPrinter::of::<core::Namespace>(),
        ),
        (core::Node::RESOURCE, DynPrinter::of::<core::Node>()),
        (core::Pod::RESOURCE, DynPrinter::of::<core::Pod>()),
        (core::Secret::RESOURCE, DynPrinter::of::<core::Secret>()),
        (
            core::ServiceAccount::RESOURCE,
            DynPrinter::of::<core::ServiceAccount>(),
        ),
        (batch::Job::RESOURCE, DynPrinter::of::<batch::Job>()),
        (
            coordination::Lease::RESOURCE,
            DynPrinter::of::<coordination::Lease>(),
        ),
        (
            nodes::RuntimeClass::RESOURCE,
            DynPrinter::of::<nodes::RuntimeClass>(),
        ),
    ];
    all.into_iter()
        .find_map(|(kind, printer)| (kind == resource).then_some(printer))
}

/// A label selector as text: `a=b,c in (d,e)`, or `<none>` when it selects everything.
///
/// Source: apimachinery `pkg/apis/meta/v1/helpers.go`, `FormatLabelSelector`.
fn format_label_selector(selector: Option<&meta::LabelSelector>) -> String {
    let mut requirements: Vec<(&str, String)> = Vec::new();
    let labels = selector.and_then(|selector| selector.match_labels.as_ref());
    for (key, value) in labels.into_iter().flatten() {
        requirements.push((key, format!("{key}={value}")));
    }
    let expressions = selector.and_then(|selector| selector.match_expressions.as_ref());
    for expression in expressions.into_iter().flatten() {
        let key = expression.key.as_str();
        let mut values = expression.values.clone().unwrap_or_default();
        values.sort();
        let values = values.join(",");
        let text = match expression.operator.as_str() {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            "DoesNotExist" => format!("!{key}"),
            _ => return "<error>".to_owned(),
        };
        requirements.push((key, text));
    }
    if requirements.is_empty() {
        return NONE.to_owned();
    }
    requirements.sort();
    let texts: Vec<String> = requirements.into_iter().map(|(_, text)| text).collect();
    texts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_printer_whose_cells_fit_its_columns() {
        let now = "2026-01-01T00:00:00Z".parse().expect("a timestamp");
        for resource in jobyard_api::resource::ALL {
            let printer = printer_of(resource).expect("a printer");
            let cells = printer.empty_cells(now);
            assert_eq!(cells.len(), printer.columns.len(), "{}", resource.kind);
        }
    }

    #[test]
    fn selectors_print_sorted_by_key() {
        let requirement =
            |key: &str, operator: &str, values: &[&str]| meta::LabelSelectorRequirement {
                key: key.to_owned(),
                operator: operator.to_owned(),
                values: Some(values.iter().map(|&value| value.to_owned()).collect()),
            };
        let selector = meta::LabelSelector {
            match_labels: Some([("m".to_owned(), "1".to_owned())].into()),
            match_expressions: Some(vec![
                requirement("z", "In", &["b", "a"]),
                requirement("a", "DoesNotExist", &[]),
                requirement("n", "NotIn", &["x"]),
                requirement("b", "Exists", &[]),
            ]),
        };
        assert_eq!(
            format_label_selector(Some(&selector)),
            "!a,b,m=1,n notin (x),z in (a,b)"
        );
        assert_eq!(format_label_selector(None), "<none>");
    }
}

//! Amounts of resources, and ports of the machine.
//!
//! Source: upstream `framework.Resource`, `framework.HostPortInfo`.

use std::collections::BTreeMap;

use jobyard_api::quantity::Quantity;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as WireQuantity;

/// The resource that is counted in thousandths; all others in whole units.
const CPU: &str = "cpu";

/// An amount of each resource: thousandths of a CPU, bytes, or pieces.
///
/// Wide enough for the sum of very many of the largest amounts that can be
/// written: a sum that was cut could not be taken apart again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources(BTreeMap<Box<str>, i128>);

impl Resources {
    /// Reads `requests`, `allocatable` and their like; parts of a unit are rounded up.
    pub fn of(amounts: Option<&BTreeMap<String, WireQuantity>>) -> Self {
        let unit = |(name, wire): (&String, &WireQuantity)| {
            let quantity = Quantity::from(wire);
            let amount = if name == CPU {
                quantity.milli()
            } else {
                quantity.units()
            };
            (name.as_str().into(), amount)
        };
        Self(amounts.into_iter().flatten().map(unit).collect())
    }

    /// How much there is of this resource.
    pub fn get(&self, resource: &str) -> i128 {
        self.0.get(resource).copied().unwrap_or(0)
    }

    /// Each resource with its amount, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i128)> {
        self.0.iter().map(|(name, amount)| (&**name, *amount))
    }

    /// Puts this amount in the place of what is there.
    pub(crate) fn set(&mut self, resource: &str, amount: i128) {
        self.0.insert(resource.into(), amount);
    }

    /// Adds each amount of the other.
    pub fn add(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let mine = self.0.entry(name.clone()).or_default();
            *mine = mine.saturating_add(*amount);
        }
    }

    /// Takes each amount of the other away.
    pub fn remove(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let mine = self.0.entry(name.clone()).or_default();
            *mine = mine.saturating_sub(*amount);
        }
    }

    /// Takes the larger of both amounts of each resource.
    pub(crate) fn raise_to(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let mine = self.0.entry(name.clone()).or_default();
            *mine = (*mine).max(*amount);
        }
    }
}

/// A port of the machine that a container wants for itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Box<str>,
    /// An address of the machine, or `0.0.0.0` for all.
    pub ip: Box<str>,
    /// 1 to 65535.
    pub port: i32,
}

impl HostPort {
    /// Whether both cannot be had at once.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        const ALL: &str = "0.0.0.0";
        self.port == other.port
            && self.protocol == other.protocol
            && (self.ip == other.ip || &*self.ip == ALL || &*other.ip == ALL)
    }
}

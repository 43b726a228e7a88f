//! What is said where a process is named that is not here: the one that was meant, or how to take it from the templates
//! that ship with the program. Knows their names; their texts are the desk's.

use super::catalog::Catalog;
use super::id::Handle;
use super::nearest::nearest;
use super::refusal::Refusal;

/// The names of the templates that ship with the program.
pub const SHIPPED: [&str; 12] = [
    "order-to-cash",
    "employee-onboarding",
    "vendor-management",
    "client-lifecycle",
    "client-onboarding",
    "support-ticket",
    "budget-approval",
    "quarterly-review",
    "billing-setup",
    "deal",
    "project",
    "invoice",
];

impl Refusal {
    /// There is no process of this name.
    pub fn no_process(process: &Handle, catalog: &Catalog) -> Refusal {
        let known = || catalog.processes.keys().map(Handle::as_str);
        let hint = match nearest(process.as_str(), known()) {
            _ if SHIPPED.contains(&process.as_str()) => {
                format!("It ships as a template: `baton process new {process}` brings it in.")
            }
            Some(near) => format!("Did you mean `{near}`?"),
            None if known().next().is_none() => {
                "`baton process templates` shows some to begin with; `baton process new NAME` brings one in."
                    .to_string()
            }
            None => "`baton process list` shows them.".to_string(),
        };
        Refusal::not_found(format!("There is no process `{process}`."), hint)
    }
}

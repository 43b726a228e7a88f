//! Work without a definition: the built-in process of cases that have none, and the free tasks of a case as
//! steps of its own. The one place that says what the steps of a case are.

use super::case::Case;
use super::catalog::Catalog;
use super::event::Event;
use super::id::Handle;
use super::party::Party;
use super::process::{Process, Step};
use std::sync::{Arc, LazyLock};

/// What the process of a case without a definition is called. No process can be published under this name.
pub const AD_HOC: &str = "ad-hoc";

/// Its version; those of published processes begin at 1.
pub const AD_HOC_VERSION: u32 = 0;

static BUILT_IN: LazyLock<Option<Arc<Process>>> = LazyLock::new(|| {
    let handle = Handle::from_text(AD_HOC)?;
    // Each case names its own accountable party.
    let nobody = Party::Role(handle.clone());
    Some(Arc::new(Process::new(handle, "Ad-hoc".to_string(), nobody)))
});

/// The process of cases that have none: no steps but the free tasks of each case.
pub fn ad_hoc() -> Option<&'static Arc<Process>> {
    BUILT_IN.as_ref()
}

impl Case {
    /// The process of this case with its free tasks as steps; `None` when its version is not here.
    pub fn definition(&self, catalog: &Catalog) -> Option<Arc<Process>> {
        let mut process = catalog.process(&self.process, self.version)?.clone();
        if !self.free.is_empty() {
            Arc::make_mut(&mut process).steps.extend(self.free.iter().cloned());
        }
        Some(process)
    }

    /// The title of a free task; `None` for a step of the process.
    pub fn free_title(&self, step: &Handle) -> Option<&str> {
        self.free.iter().find(|free| &free.handle == step).map(|free| free.title.as_str())
    }
}

/// Lets a process know of a free task, when the event adds one.
pub(super) fn learn(process: &mut Arc<Process>, event: &Event) {
    if let Event::FreeTaskAdded { step } = event {
        Arc::make_mut(process).steps.push(Step::clone(step));
    }
}

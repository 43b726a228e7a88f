//! The words of `handoff`: what can be typed after it. Does nothing with them.

use super::many::Dry;
use crate::domain::{CaseId, HandoffId};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum HandoffVerb {
    /// Handoffs nobody has accepted yet
    List {
        #[arg(long)]
        overdue: bool,
        /// Offered to this party: @person, with the roles they have, or a role
        #[arg(long = "for", value_name = "PARTY")]
        party: Option<String>,
        /// Offered by me and not taken by anybody
        #[arg(long)]
        mine: bool,
    },
    /// A handoff: what it is for and what it carries
    Show { handoff: HandoffId },
    /// Offer again what came back, or offer work in hand to somebody else
    Offer {
        /// Cases, handoffs or tasks: C-12, H-7, T-9; several are one action
        #[arg(required = true)]
        what: Vec<String>,
        #[arg(long, value_name = "PARTY")]
        to: Option<String>,
        #[arg(long)]
        note: Option<String>,
        /// Until when it is to be accepted, where you agreed on it: tomorrow, `fri 5pm`, `in 4h`
        #[arg(long, value_name = "WHEN")]
        accept_by: Option<String>,
        /// Until when it is to be done, where you agreed on it
        #[arg(long, value_name = "WHEN")]
        due: Option<String>,
        #[command(flatten)]
        dry: Dry,
    },
    /// Take the baton
    Accept {
        /// Several are one action
        #[arg(required = true)]
        handoff: Vec<HandoffId>,
        /// What you will do next
        #[arg(long, value_name = "TEXT")]
        next: Option<String>,
        /// When you will do it: tomorrow, `fri 5pm`, `in 3d`, 2026-11-27
        #[arg(long, value_name = "WHEN")]
        when: Option<String>,
        #[command(flatten)]
        dry: Dry,
    },
    /// Give it back, with a reason
    Decline {
        /// Several are one action
        #[arg(required = true)]
        handoff: Vec<HandoffId>,
        /// missing_information, wrong_party, not_ready, duplicate, other, or a reason of the process
        #[arg(long, required_unless_present = "duplicate_of")]
        reason: Option<String>,
        /// As a duplicate of this case
        #[arg(long, value_name = "CASE")]
        duplicate_of: Option<CaseId>,
        /// What exactly: the sentence the sender reads
        #[arg(long, default_value = "")]
        text: String,
        /// Until when the sender is asked to have it right: `tomorrow noon`
        #[arg(long)]
        fix_by: Option<String>,
        #[command(flatten)]
        dry: Dry,
    },
    /// Take back an offer nobody accepted
    Recall {
        /// Several are one action
        #[arg(required = true)]
        handoff: Vec<HandoffId>,
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        dry: Dry,
    },
}

//! The one table of actions. Keys, help, palette, footer and the key table of the README come from it, so
//! that none can be missing or stale. Says what there is; `act` does it.

/// Everything a person can ask for with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionId {
    Down,
    Up,
    Left,
    Right,
    Top,
    Bottom,
    PageDown,
    PageUp,
    HalfDown,
    HalfUp,
    Open,
    Back,
    Leave,
    GoInbox,
    GoBoards,
    GoRecords,
    GoMetrics,
    GoCustomers,
    GoVendors,
    GoEmployees,
    GoProcess,
    GoPeople,
    GoAgenda,
    Migrate,
    GoStalled,
    GoLate,
    GoWaiting,
    GoHistory,
    GoNews,
    GoSnoozed,
    GoLost,
    NextLate,
    PreviousLate,
    OtherDown,
    OtherUp,
    NextSection,
    PreviousSection,
    Filter,
    Palette,
    Help,
    Mark,
    MarkAll,
    Undo,
    Redo,
    Accept,
    Decline,
    Start,
    HandOn,
    Offer,
    Wait,
    Snooze,
    Due,
    Wake,
    Note,
    Data,
    SendBack,
    Delegate,
    Release,
    AddTask,
    Withdraw,
    Urgent,
    Pause,
    Resume,
    Reopen,
    Resolve,
    Why,
    NewCase,
    NewRecord,
    AddPerson,
    Away,
    LetGo,
    AddTemplate,
    Holidays,
    EditRecord,
    ChooseBoard,
    Table,
    LongerPeriod,
    Picture,
    ShorterPeriod,
    Copy,
    Preview,
    Reload,
    Redraw,
    Suspend,
    Mouse,
    Quit,
    FilterMenu,
    SortBy,
    ReverseSort,
    Range,
    Zoom,
    CopyAll,
    Tags,
    MoveTo,
    PreviousView,
    Keys,
    Messages,
    Themes,
    BeginReview,
    Verdict,
    Scorecard,
    Rank,
    Forecast,
    Effort,
    MergeRecord,
    ImportRecords,
    Drafts,
    AddFile,
    AddContact,
}

/// Which heading of the help an action stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Do,
    Make,
    Move,
    Go,
    Find,
    Select,
    Program,
}

impl Group {
    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::Do => "Do",
            Group::Make => "Make",
            Group::Move => "Move",
            Group::Go => "Go to",
            Group::Find => "Find",
            Group::Select => "Select",
            Group::Program => "Program",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    pub id: ActionId,
    /// The name in the settings: `[keys] accept = "a"`.
    pub name: &'static str,
    /// Keys, the one to show first. Two keys with a blank between are pressed one after the other.
    pub keys: &'static [&'static str],
    /// Short words for the footer.
    pub words: &'static str,
    /// Words for help and palette; `...` at the end says that a dialog follows.
    pub long: &'static str,
    pub group: Group,
}

const fn row(
    id: ActionId,
    name: &'static str,
    keys: &'static [&'static str],
    words: &'static str,
    long: &'static str,
    group: Group,
) -> Action {
    Action { id, name, keys, words, long, group }
}

use ActionId as A;
use Group as G;

/// The table.
pub const ACTIONS: &[Action] = &[
    row(A::Accept, "accept", &["a"], "accept", "Accept; decide an exception; vote; a message is read", G::Do),
    row(
        A::Decline,
        "decline",
        &["r"],
        "decline",
        "Decline, recall your own offer, or answer a message...",
        G::Do,
    ),
    row(
        A::Start,
        "start",
        &["S"],
        "start",
        "Start the work, or resume it; let a wait or a paused case go on",
        G::Do,
    ),
    row(A::HandOn, "hand-on", &["L"], "next step", "Finish the work and hand it to the next step...", G::Do),
    row(A::SendBack, "send-back", &["H"], "send back", "Send the work back to an earlier step...", G::Do),
    row(
        A::Delegate,
        "delegate",
        &["D"],
        "delegate",
        "Let somebody else work on it, or take it back...",
        G::Do,
    ),
    row(A::Release, "release", &["B"], "release", "Put the work back to its role...", G::Do),
    row(A::Offer, "offer", &["A"], "offer", "Offer it to somebody...", G::Do),
    row(A::Snooze, "snooze", &["s"], "snooze", "Out of your inbox until a date...", G::Do),
    row(A::Wake, "wake", &["Z"], "bring back", "Back into your inbox what was put out of it", G::Do),
    row(
        A::Wait,
        "wait",
        &["W"],
        "wait",
        "Let it wait until a follow-up; look at what waits again later...",
        G::Do,
    ),
    row(A::Due, "due", &["d"], "due", "Agree on another date for the work...", G::Do),
    row(A::Note, "note", &["c"], "note", "Write a note...", G::Do),
    row(A::Data, "data", &["e"], "edit", "Edit the data of the case...", G::Do),
    row(A::Resolve, "resolve", &[], "decide", "Decide an exception...", G::Do),
    row(A::Withdraw, "withdraw", &["x"], "close", "Close the case; archive the record...", G::Do),
    row(A::Urgent, "urgent", &["!"], "urgent", "Urgent on or off", G::Do),
    row(A::Pause, "pause", &[], "pause", "Pause the clock of the case, or look at it again later...", G::Do),
    row(A::Resume, "resume", &[], "resume", "Resume a case that is paused, or work that waits", G::Do),
    row(A::Reopen, "reopen", &[], "reopen", "Take a closed case up again...", G::Do),
    row(A::Why, "why", &["w"], "why", "Why it does not move; again: why its dates", G::Do),
    row(A::MoveTo, "move-to", &["m"], "move", "Move the work to any step...", G::Do),
    row(A::Tags, "tags", &["t"], "tags", "Tags of the case or the record...", G::Do),
    row(A::Undo, "undo", &["u"], "undo", "Take back your last action", G::Do),
    row(A::Redo, "redo", &["U", "Ctrl-r"], "redo", "Do again what you took back", G::Do),
    row(A::NewCase, "new-case", &["n"], "new case", "New case...", G::Make),
    row(
        A::AddTask,
        "add-task",
        &["i"],
        "task",
        "New task in this case; in a record, a file or a contact...",
        G::Make,
    ),
    row(A::NewRecord, "new-record", &["N"], "new record", "New record...", G::Make),
    row(A::EditRecord, "edit-record", &["E"], "edit record", "Edit the record...", G::Make),
    row(A::AddPerson, "add-person", &[], "person", "Add a person...", G::Make),
    row(A::Away, "away", &[], "away", "Say when somebody is away, and who takes their place...", G::Make),
    row(A::LetGo, "let-go", &[], "let go", "Let somebody go who leaves, with all they hold...", G::Make),
    row(A::AddTemplate, "add-template", &[], "template", "Bring in a process from a template...", G::Make),
    row(A::Migrate, "migrate", &["M"], "migrate", "Migrate open cases to the newest version...", G::Make),
    row(A::Holidays, "holidays", &[], "holidays", "Bring in holidays from an iCalendar file...", G::Make),
    row(A::MergeRecord, "merge", &[], "merge", "Merge this record with another of the same...", G::Make),
    row(A::AddFile, "file", &[], "file", "A file of the record: where it lies...", G::Make),
    row(A::AddContact, "contact", &[], "contact", "Add a contact to the record...", G::Make),
    row(A::ImportRecords, "import", &[], "import", "Bring in records or cases from a file...", G::Make),
    row(A::Down, "down", &["j", "Down"], "down", "Down", G::Move),
    row(A::Up, "up", &["k", "Up"], "up", "Up", G::Move),
    row(A::Left, "left", &["h", "Left"], "left", "Previous tab or column", G::Move),
    row(A::Right, "right", &["l", "Right"], "right", "Next tab or column", G::Move),
    row(A::Top, "top", &["g g", "Home"], "top", "Top", G::Move),
    row(A::Bottom, "bottom", &["G", "End"], "bottom", "Bottom", G::Move),
    row(A::PageDown, "page-down", &["PgDn"], "page down", "Page down", G::Move),
    row(A::PageUp, "page-up", &["PgUp"], "page up", "Page up", G::Move),
    row(A::HalfDown, "half-down", &["Ctrl-d"], "half down", "Half a page down", G::Move),
    row(A::HalfUp, "half-up", &["Ctrl-u"], "half up", "Half a page up", G::Move),
    row(A::OtherDown, "other-down", &["J"], "next", "Scroll the preview; in a case, the next item", G::Move),
    row(
        A::OtherUp,
        "other-up",
        &["K"],
        "previous",
        "Scroll the preview back; in a case, the previous item",
        G::Move,
    ),
    row(A::NextSection, "next-section", &["Tab"], "section", "Next section", G::Move),
    row(A::PreviousSection, "previous-section", &["Shift-Tab"], "section", "Previous section", G::Move),
    row(A::Open, "open", &["Enter"], "open", "Open what the cursor is on", G::Move),
    row(A::Back, "back", &["Esc"], "back", "Close one thing: marks, filter, view", G::Move),
    row(A::Leave, "leave", &["q"], "back", "Back; at the top, quit", G::Move),
    row(A::GoInbox, "inbox", &["1", "g i"], "inbox", "Inbox", G::Go),
    row(A::GoBoards, "boards", &["2", "g b"], "boards", "Boards", G::Go),
    row(A::GoRecords, "records", &["3", "g r"], "records", "Records", G::Go),
    row(A::GoMetrics, "metrics", &["4", "g m"], "metrics", "Metrics", G::Go),
    row(A::GoCustomers, "customers", &["g c"], "customers", "Customers", G::Go),
    row(A::GoVendors, "vendors", &["g v"], "vendors", "Vendors", G::Go),
    row(A::GoEmployees, "employees", &["g e"], "employees", "Employees", G::Go),
    row(
        A::GoProcess,
        "process",
        &["g p"],
        "process",
        "This process: flow, steps, versions, scorecard",
        G::Go,
    ),
    row(
        A::GoPeople,
        "people",
        &["g o"],
        "people",
        "People: who has what, who is away, who may do what",
        G::Go,
    ),
    row(A::GoAgenda, "agenda", &["g a"], "agenda", "Agenda: what the days to come bring", G::Go),
    row(A::GoStalled, "stalled", &["g s"], "stalled", "Stalled work of everybody", G::Go),
    row(A::GoLate, "late", &["g l"], "late", "Late work of everybody: what is overdue", G::Go),
    row(A::GoWaiting, "waiting", &["g w"], "waiting", "Waiting on others: what you offered", G::Go),
    row(A::GoHistory, "history", &["g h"], "history", "History of your actions", G::Go),
    row(A::GoNews, "news", &["g n"], "news", "News since you last looked", G::Go),
    row(A::GoSnoozed, "snoozed", &["g z"], "snoozed", "Snoozed: out of your inbox until a date", G::Go),
    row(A::GoLost, "lost", &[], "hours lost", "Hours lost by cause: why work of this process waits", G::Go),
    row(A::Drafts, "drafts", &[], "drafts", "Drafts: what you began to write and did not send...", G::Go),
    row(A::NextLate, "next-late", &["."], "next late", "Next late item, most late first", G::Go),
    row(A::PreviousLate, "previous-late", &[","], "previous late", "Previous late item", G::Go),
    row(
        A::PreviousView,
        "previous-view",
        &["Backspace", "Ctrl-h"],
        "where I was",
        "The view before this one",
        G::Go,
    ),
    row(A::ChooseBoard, "choose-board", &["b"], "board", "Choose a process...", G::Go),
    row(
        A::Filter,
        "filter",
        &["/"],
        "filter",
        "Filter this list; in a case or a record, find words...",
        G::Find,
    ),
    row(
        A::FilterMenu,
        "filter-menu",
        &["f"],
        "filters",
        "Filter by who, step, late, tags; named views...",
        G::Find,
    ),
    row(A::SortBy, "sort", &["o"], "sort", "Sort this list by...", G::Find),
    row(A::ReverseSort, "reverse-sort", &["O"], "reverse", "Turn the order of this list round", G::Find),
    row(A::Palette, "palette", &[":", "Ctrl-k"], "do", "Do anything, go to anything...", G::Find),
    row(A::Help, "help", &["?", "F1"], "help", "Help for here...", G::Find),
    row(A::Mark, "mark", &["Space"], "mark", "Mark and step down", G::Select),
    row(A::Range, "range", &["v"], "range", "Mark a range that follows the cursor; again ends it", G::Select),
    row(A::MarkAll, "mark-all", &["V"], "all", "Mark everything shown", G::Select),
    row(A::Copy, "copy", &["y"], "copy", "Copy number and title", G::Program),
    row(A::CopyAll, "copy-all", &["Y"], "copy all", "Copy the summary; of a list, its table", G::Program),
    row(A::Preview, "preview", &["p"], "preview", "Preview on or off", G::Program),
    row(A::Zoom, "zoom", &["z"], "zoom", "This side over the whole screen, or back", G::Program),
    row(A::Table, "table", &["T"], "table", "Board or table", G::Program),
    row(A::ShorterPeriod, "shorter-period", &["-"], "shorter", "Shorter period", G::Program),
    row(A::Picture, "picture", &["P"], "picture", "Figures as a picture, the next each time", G::Program),
    row(A::LongerPeriod, "longer-period", &["+"], "longer", "Longer period", G::Program),
    row(A::Messages, "messages", &[], "messages", "What was said before", G::Program),
    row(A::Keys, "keys", &[], "keys", "The keys in force: try one, or give an action another...", G::Program),
    row(A::Themes, "theme", &[], "theme", "Other colours...", G::Program),
    row(A::Reload, "reload", &["R"], "reload", "Reload now", G::Program),
    row(A::Redraw, "redraw", &["Ctrl-l"], "redraw", "Paint the screen anew", G::Program),
    row(A::Suspend, "suspend", &["Ctrl-z"], "suspend", "Back to the shell until fg", G::Program),
    row(A::Mouse, "mouse", &[], "mouse", "Mouse on or off: wheel, click, click again opens", G::Program),
    row(A::BeginReview, "begin-review", &[], "review", "Begin the review of this process", G::Make),
    row(A::Verdict, "verdict", &[], "verdict", "Verdict on a review: keep, revert or extend...", G::Make),
    row(A::Scorecard, "scorecard", &[], "scorecard", "Scorecard of this process: its five questions", G::Go),
    row(A::Forecast, "forecast", &[], "forecast", "Forecast: when open cases are likely to end...", G::Go),
    row(A::Rank, "rank", &[], "rank", "Rank of processes: which to improve first", G::Go),
    row(
        A::Effort,
        "effort",
        &[],
        "effort",
        "Effort of improving this process: small, medium or large...",
        G::Make,
    ),
    row(A::Quit, "quit", &["Ctrl-c"], "quit", "Quit", G::Program),
];

/// The row of an action.
pub fn of(id: ActionId) -> &'static Action {
    ACTIONS.iter().find(|action| action.id == id).unwrap_or(&ACTIONS[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::input::Key;
    use std::collections::BTreeSet;

    #[test]
    fn every_action_has_a_row_words_and_keys_that_exist_and_no_key_means_two_things() {
        let mut keys = BTreeSet::new();
        let mut names = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for action in ACTIONS {
            assert!(ids.insert(action.id), "{:?} stands twice", action.id);
            assert!(names.insert(action.name), "{} stands twice", action.name);
            assert!(!action.words.is_empty() && !action.long.is_empty(), "{}", action.name);
            for sequence in action.keys {
                assert!(keys.insert(*sequence), "`{sequence}` means two things");
                for key in sequence.split(' ') {
                    let parsed = key.parse::<Key>().unwrap_or_else(|e| panic!("{key}: {e}"));
                    assert_eq!(parsed.to_string(), key);
                }
            }
        }
        for prefix in keys.iter().filter(|key| !key.contains(' ')) {
            let shadowed = keys.iter().find(|key| key.starts_with(&format!("{prefix} ")));
            assert_eq!(shadowed, None, "`{prefix}` acts before the sequence is complete");
        }
        assert_eq!(ids.len(), A::AddContact as usize + 1, "an action has no row");
    }
}

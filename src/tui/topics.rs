//! What the help says beside the keys: short answers to what people ask, found by `:?word` and in the help.

/// A question with its answer.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    pub title: &'static str,
    pub text: &'static [&'static str],
}

const fn topic(title: &'static str, text: &'static [&'static str]) -> Topic {
    Topic { title, text }
}

/// All of them.
pub const TOPICS: &[Topic] = &[
    topic(
        "Filter: what can be typed after /",
        &[
            "Words in any order narrow the list: roof quote.",
            "'roof exactly so, !roof without it, ^C-10 at the beginning, quote$ at the end.",
            "ana | bo one or the other. Letters may be left out of a longer word: hnsen.",
            "who:ana  step:quote  process:order-to-cash  is:late  is:stalled  is:mine  is:urgent  #tag.",
            "-step:quote  -who:ana  -#tag  leaves those out.",
            "f writes these words for you, and keeps what you typed under a name.",
            "In a case or a record / finds words: n the next line that has them, N the one before, Esc ends it.",
        ],
    ),
    topic(
        "Dates: how a date is written",
        &[
            "today 5pm, tomorrow noon, fri 5pm, next tue, eod, in 3 days, in 2w, +4h, 27 nov, 24.12., 2026-12-24,",
            "end of week, end of month, noon. Always to come; a weekday is the next one, never today.",
            "03/04 is refused: it can be two dates. A day nobody works is said, and allowed.",
            "Times are those of the company, not of this machine.",
        ],
    ),
    topic(
        "New case in one line",
        &[
            "n, then the title with marks in it:",
            "+han the record (Tab completes it), #order the process by name, any other #word a tag,",
            "@bo who gets it first, fri 5pm when it is due, ! urgent. What was understood stands below.",
            "On a record n starts a case about it: title, Enter.",
        ],
    ),
    topic(
        "Marks: one verb for many things",
        &[
            "Space marks and steps down, v begins a range that follows the cursor and v ends it, V marks all.",
            "The next verb acts on the marks, and one u takes all of it back. Esc lets the marks go.",
        ],
    ),
    topic(
        "Forms: choosing and writing",
        &[
            "Where there is a list of choices its number picks one, and so does the beginning of its words.",
            "Whatever else is typed there goes on into the next field for words, whole: nothing is lost.",
            "Space ticks a box. Tab goes on, Enter sends from anywhere, Esc closes and keeps what you typed.",
        ],
    ),
    topic(
        "Tags: finding things again",
        &["t writes them: vip renewal -dormant. They are shown as #vip, and /#vip lists what has it."],
    ),
    topic(
        "Who is responsible, and when that changes",
        &[
            "Whoever has the work in hand. Offering it changes nothing until somebody accepts;",
            "after a decline it is the sender's again. Accountable is who answers for the outcome.",
        ],
    ),
    topic(
        "Taking back",
        &[
            "u takes your last action back, also of yesterday; U does it again. Marks and a verb are one action.",
            "It is refused, with who and when, once somebody else has acted on it since.",
        ],
    ),
    topic(
        "Keys and colours of your own",
        &[
            "In the settings file: [keys] accept = \"a\", note = [\"c\", \"Ctrl-n\"], withdraw = \"none\".",
            ":keys shows what is in force and where it comes from; theme = \"mono\" and the like sets colours.",
            "What cannot be used is said at the start and in :messages, and never stops it.",
        ],
    ),
    topic(
        "Export, backup and print: from the shell",
        &[
            "baton export all | records | log | calendar writes files that come in again as they were.",
            "baton backup FILE copies everything while others work. baton inbox --plain, and so every view,",
            "is for printing, scripts and screen readers. Y copies what is on the screen.",
        ],
    ),
    topic(
        "Settings, setup, time zone and the company's hours",
        &[
            "baton config shows the settings in force and their file; :keys and :theme change them here.",
            "baton calendar shows and sets the hours; :holidays brings in days off; g o is people and rights.",
            "baton init --zone Europe/Oslo --company \"Berg\" gives it another time zone and another name.",
        ],
    ),
    topic(
        "Messages: what was said before",
        &[":messages keeps the last 200 with their time. An error stays until the next key."],
    ),
    topic(
        "Signs in the lists",
        &[
            "!! very late   ! late   ~ due soon   > cursor   * marked   + changed since you looked",
            "= waiting   < came back   >name offered to somebody   - cannot be done now, and why",
            "5h~ of fewer than twenty, which says little   ~5h as kept by week, the exact figure is being counted",
        ],
    ),
];

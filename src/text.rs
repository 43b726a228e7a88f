//! Text from people, files and mail, made fit to be shown: on the screen and on standard output alike.
//! Cleaning happens here and only here, at display; what is stored stays as it came. Imports nothing of ours.

use std::fmt::{self, Write};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Zero-width marks one cluster may carry; real scripts need three.
const MOST_MARKS: usize = 8;
/// Bytes one cluster may take, the sign for what was cut off included.
const LONGEST_CLUSTER: usize = 64;
/// Stands at the end of cut text.
const CUT: char = '~';
const JOINER: char = '\u{200D}';
const AS_EMOJI: char = '\u{FE0F}';
const KEYCAP: char = '\u{20E3}';
/// Stands before a text that hides something or turns the reading direction: the sign itself may be far to
/// the right, where a column has cut it off.
const WARNED: &str = "<!>";

/// One line of text that may be shown. There is one way to make it, and that way cleans: no control
/// character, no hidden or direction-changing one survives. What only joins the parts of an emoji is left out, and they
/// stand side by side: terminals do not agree on how wide a joined one is.
///
/// Widths are terminal columns as ratatui counts them, so that what is measured here fits there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shown {
    text: String,
    width: usize,
}

impl Shown {
    /// The whole text as one line: a tab is a space, a newline `⏎`, anything that could steer the terminal
    /// or hide from the reader is a visible sign such as `␛`, `<85>` or `<202E>`. A text that hides something
    /// begins with `<!>`.
    pub fn new(text: &str) -> Shown {
        Shown::clean(text, usize::MAX).0.warned(text)
    }

    /// The same without the warning: for what somebody is typing, where a column more would move the cursor.
    pub fn typed(text: &str) -> Shown {
        Shown::clean(text, usize::MAX).0
    }

    /// `new` and `cut` in one, without reading more of a long text than `width` columns need.
    pub fn fit(text: &str, width: usize) -> Shown {
        let (shown, read) = Shown::clean(text, width);
        // What joins emoji hides nothing, and what it joins may not have been read.
        let seen = match text.len() == read {
            true => text,
            false => text[..read].trim_end_matches('\u{200d}'),
        };
        shown.warned(seen).cut(width)
    }

    /// One `Shown` a line.
    pub fn lines(text: &str) -> Vec<Shown> {
        text.lines().map(Shown::new).collect()
    }

    /// The cleaned text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Terminal columns.
    pub fn width(&self) -> usize {
        self.width
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// At most `width` columns. What was cut ends in `~` and is then exactly `width` columns, also where a
    /// wide sign did not fit.
    pub fn cut(&self, width: usize) -> Shown {
        if self.width <= width {
            return self.clone();
        }
        if width == 0 {
            return Shown::default();
        }
        if self.text.is_ascii() {
            return Shown { text: format!("{}{CUT}", &self.text[..width - 1]), width };
        }
        let mut text = String::with_capacity(width);
        let mut used = 0;
        for cluster in self.text.graphemes(true) {
            let next = used + cluster_width(cluster);
            if next >= width {
                break;
            }
            text.push_str(cluster);
            used = next;
        }
        text.push(CUT);
        text.extend(std::iter::repeat_n(' ', width - used - 1));
        Shown { text, width }
    }

    /// The text broken at blanks into lines of at most `width` columns; a word longer than a line is broken too. A box to
    /// tick stays whole, and with its first word; what is indented goes on indented.
    pub fn wrapped(&self, width: usize) -> Vec<Shown> {
        let width = width.max(1);
        if self.width <= width {
            return vec![self.clone()];
        }
        let indent = self.text.len() - self.text.trim_start_matches(' ').len();
        // Behind blanks a sign that is wider than what is left of the line would stand out of it.
        let fits = |cluster: &str| cluster_width(cluster) <= width - indent;
        if indent > 0 && indent <= width / 2 && self.text.graphemes(true).all(fits) {
            let blanks = Shown { text: " ".repeat(indent), width: indent };
            let rest = Shown { text: self.text[indent..].to_string(), width: self.width - indent };
            return rest.wrapped(width - indent).iter().map(|line| blanks.clone().then(line)).collect();
        }
        let (mut lines, mut line) = (Vec::new(), Shown::default());
        let mut words = self.text.split(' ').peekable();
        while let Some(first) = words.next() {
            let boxed = first.ends_with('[') && words.peek() == Some(&"]");
            let word = match (boxed, words.next_if(|_| boxed), words.next_if(|_| boxed)) {
                (true, Some(end), Some(label)) => format!("{first} {end} {label}"),
                (true, Some(end), None) => format!("{first} {end}"),
                _ => first.to_string(),
            };
            let joined = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
            if measure(&joined) <= width {
                line = Shown { width: measure(&joined), text: joined };
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for cluster in word.graphemes(true) {
                let next = line.width + cluster_width(cluster);
                if next > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.text.push_str(cluster);
                line.width = measure(&line.text);
            }
        }
        lines.push(line);
        lines
    }

    /// Exactly `width` columns, text at the left.
    pub fn pad(&self, width: usize) -> Shown {
        let mut shown = self.cut(width);
        shown.text.extend(std::iter::repeat_n(' ', width - shown.width));
        shown.width = width;
        shown
    }

    /// Exactly `width` columns, text at the right.
    pub fn pad_left(&self, width: usize) -> Shown {
        let shown = self.cut(width);
        let mut text = " ".repeat(width - shown.width);
        text.push_str(&shown.text);
        Shown { text, width }
    }

    /// Both texts after each other.
    #[must_use]
    pub fn then(mut self, next: &Shown) -> Shown {
        self.text.push_str(&next.text);
        // Measured again: two halves of a flag are one sign once they stand together.
        self.width = measure(&self.text);
        self
    }

    /// Reads on until the text is wider than `room`, so that a hostile length costs nothing; and how many
    /// bytes were read.
    fn clean(text: &str, room: usize) -> (Shown, usize) {
        let ascii = &text.as_bytes()[..text.len().min(room.saturating_add(1))];
        if ascii.iter().all(|b| matches!(b, b' '..=b'~')) {
            return (Shown { text: text[..ascii.len()].to_string(), width: ascii.len() }, ascii.len());
        }
        let (mut shown, mut read) = (Shown::default(), 0);
        for cluster in text.graphemes(true) {
            let start = shown.text.len();
            clean_cluster(cluster, &mut shown.text);
            shown.width += measure(&shown.text[start..]);
            read += cluster.len();
            if shown.width > room {
                break;
            }
        }
        (shown, read)
    }

    /// With the warning before it when `read`, which it was made of, hides something.
    fn warned(mut self, read: &str) -> Shown {
        if !read.is_ascii() && hides(read) {
            self.text.insert_str(0, WARNED);
            self.width += WARNED.len();
        }
        self
    }
}

impl fmt::Display for Shown {
    /// Without padding: `{:10}` would count characters, not columns. Use `pad`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AsRef<str> for Shown {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Text of several lines and columns as it may go to a terminal: what is clean already stays as it is, line
/// ends and tabs too. For what was put together from `Shown`s, as the last look at it.
pub fn fit_for_terminal(text: &str) -> String {
    let clean =
        |line: &str| line.split('\t').map(|cell| Shown::typed(cell).text).collect::<Vec<_>>().join("\t");
    text.split('\n').map(clean).collect::<Vec<_>>().join("\n")
}

/// Whether a reader would not see all that is there, or see it in another order.
fn hides(text: &str) -> bool {
    let (mut before, mut chars) = (None, text.chars().peekable());
    while let Some(c) = chars.next() {
        if is_hidden(c) && !joins_emoji(c, before, chars.peek().copied()) {
            return true;
        }
        before = Some(c);
    }
    false
}

/// Adds one cluster of a foreign text in the form that may be shown.
fn clean_cluster(cluster: &str, out: &mut String) {
    let start = out.len();
    let mut marks = 0;
    let mut before = None;
    let mut chars = cluster.chars().peekable();
    if cluster == "\r\n" {
        chars.next();
    }
    while let Some(c) = chars.next() {
        let room = (LONGEST_CLUSTER - CUT.len_utf8()).saturating_sub(out.len() - start);
        let piece;
        if joins_emoji(c, before, chars.peek().copied()) {
            before = Some(c);
            continue;
        } else if let Some(sign) = visible_sign(c) {
            piece = sign;
        } else {
            if c.width() == Some(0) {
                marks += 1;
            }
            if marks > MOST_MARKS {
                continue;
            }
            piece = letter_or_mark(c, before.is_none(), &out[start..]);
        }
        if piece.len() > room {
            out.push(CUT);
            return;
        }
        out.push_str(&piece);
        before = Some(c);
    }
    // A sign that wants to stand before a letter and has none would take in whatever comes next.
    if let Some(last) = out.chars().next_back().filter(|c| !c.is_ascii() && c.width() != Some(2))
        && is_one(&format!("{last}a"))
    {
        out.truncate(out.len() - last.len_utf8());
        out.push_str(&code(last));
    }
}

fn is_one(text: &str) -> bool {
    text.graphemes(true).count() == 1
}

/// A harmless character in a form that stays where it is: a mark without a letter would otherwise land on
/// whatever stands left of it on the screen.
fn letter_or_mark(c: char, first: bool, before: &str) -> String {
    if c.is_ascii() || (c.is_alphabetic() && c.width() == Some(2)) || (!first && c.width() != Some(0)) {
        return c.to_string();
    }
    let circled = format!("\u{25CC}{c}");
    let letter = before.graphemes(true).next_back().unwrap_or_default();
    match is_one(&circled) {
        true if first => circled,
        // A vowel that needs its consonant, and has none.
        false if c.width() == Some(0) && (first || !is_one(&format!("{letter}{c}"))) => code(c),
        _ => c.to_string(),
    }
}

/// What stands for a character that must not reach a terminal; `None` for one that may.
fn visible_sign(c: char) -> Option<String> {
    match c {
        '\t' => Some(" ".into()),
        '\n' => Some("\u{23CE}".into()),
        '\0'..='\u{1F}' => char::from_u32(0x2400 + c as u32).map(String::from),
        '\u{7F}' => Some("\u{2421}".into()),
        _ if c.is_control() || is_hidden(c) => Some(code(c)),
        _ => None,
    }
}

fn code(c: char) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(out, "<{:02X}>", c as u32);
    out
}

/// Characters that show nothing or turn the reading direction: they could make one text look like another.
fn is_hidden(c: char) -> bool {
    matches!(c as u32,
        0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// Whether a joiner or an emoji selector stands where it makes an emoji and can do nothing else.
fn joins_emoji(c: char, before: Option<char>, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match c {
        JOINER => {
            (is_emoji(before) || before == AS_EMOJI || matches!(before, '\u{1F3FB}'..='\u{1F3FF}'))
                && after.is_some_and(is_emoji)
        }
        AS_EMOJI => is_emoji(before) || (matches!(before, '0'..='9' | '#' | '*') && after == Some(KEYCAP)),
        _ => false,
    }
}

/// Signs that can be drawn as emoji. Wider than the standard's list inside the symbol blocks: there a joiner
/// is harmless, because the segmentation joins only what the standard lists.
fn is_emoji(c: char) -> bool {
    matches!(c as u32,
        0xA9 | 0xAE | 0x203C | 0x2049 | 0x2122 | 0x2139 | 0x2194..=0x21AA | 0x231A..=0x23FF | 0x24C2
        | 0x25AA..=0x25FE | 0x2600..=0x27BF | 0x2934 | 0x2935 | 0x2B05..=0x2B55 | 0x3030 | 0x303D | 0x3297
        | 0x3299 | 0x1F000..=0x1F3FA | 0x1F400..=0x1FAFF)
}

/// Columns of a text that was cleaned, or is put together of such. Most are ASCII, and a row has many to measure.
fn measure(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(cluster_width).sum()
}

/// As ratatui counts a cell: the width of the cluster, plus one for each half-width sound mark, which
/// terminals give a column of its own.
fn cluster_width(cluster: &str) -> usize {
    match cluster.len() {
        1 => 1,
        _ => cluster.width() + cluster.chars().filter(|c| matches!(c, '\u{FF9E}' | '\u{FF9F}')).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn new(text: &str) -> String {
        Shown::new(text).to_string()
    }

    #[test]
    fn what_could_steer_the_terminal_or_hide_is_shown_as_a_sign() {
        assert_eq!(new("plain"), "plain");
        assert_eq!(new("a\tb\nc\r\nd\re"), "a b⏎c⏎d␍e");
        assert_eq!(new("\x1b[31mred\x07\x7f\u{85}\u{9b}"), "␛[31mred␇␡<85><9B>");
        assert_eq!(new("invoice\u{202e}fdp.exe\u{200b}"), "<!>invoice<202E>fdp.exe<200B>");
        assert_eq!(new("\u{feff}x\u{ad}y\u{2028}"), "<!><FEFF>x<AD>y<2028>");
        assert_eq!(new("\u{e0041}"), "<!><E0041>");
        assert_eq!(Shown::fit("Mora \u{202e}Bakery", 6).as_str(), "<!>Mo~");
        assert_eq!(Shown::typed("a\u{202e}").as_str(), "a<202E>");
        assert_eq!(fit_for_terminal("a\tb\x1b\n\u{202e}c\n"), "a\tb␛\n<202E>c\n");
    }

    #[test]
    fn what_joins_an_emoji_is_left_out_and_seen_anywhere_else() {
        for emoji in ["👨‍👩‍👧‍👦", "🤦🏼‍♂️", "☁️", "1️⃣", "🏳️‍🌈", "🇳🇴"]
        {
            let parts = emoji.replace([JOINER, AS_EMOJI], "");
            assert_eq!(new(emoji), parts);
            assert_eq!(Shown::new(emoji).width(), measure(&parts), "{emoji}");
        }
        assert_eq!(new("👩\u{200d}👩"), "👩👩");
        assert_eq!(new("a\u{200d}b"), "<!>a<200D>b");
        assert_eq!(new("👍\u{200d}"), "<!>👍<200D>");
        assert_eq!(new("x\u{fe0f}"), "<!>x<FE0F>");
        assert_eq!(new("☁\u{fe0f}\u{fe0f}"), "<!>☁<FE0F>");
        assert_eq!(new("می\u{200c}خواهم"), "<!>می<200C>خواهم");
    }

    #[test]
    fn letters_of_all_scripts_stay_and_piles_of_marks_do_not() {
        for text in ["Übergabe", "日本語", "नमस्ते", "한국어", "e\u{301}", "ｶﾞ"] {
            assert_eq!(new(text), text);
        }
        assert_eq!(new(&format!("e{}x", "\u{301}".repeat(50))), format!("e{}x", "\u{301}".repeat(8)));
        assert_eq!(new("\u{301}x"), "\u{25cc}\u{301}x");
        assert!(new(&"👩\u{200d}".repeat(40)).starts_with("<!>👩👩"), "the last joiner joins nothing");
    }

    #[test]
    fn cutting_and_padding_keep_columns_straight() {
        let text = |t: &str, w| Shown::new(t).cut(w).to_string();
        assert_eq!(text("Hansen Roofing", 8), "Hansen ~");
        assert_eq!(text("Hansen", 6), "Hansen");
        assert_eq!(text("日本語", 4), "日~ ");
        assert_eq!(text("日本語", 5), "日本~");
        assert_eq!(text("日本語", 1), "~");
        assert_eq!(text("abc", 0), "");
        assert_eq!(text("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}~");
        assert_eq!(Shown::new("ab").pad(4).as_str(), "ab  ");
        assert_eq!(Shown::new("日").pad_left(4).as_str(), "  日");
        assert_eq!(Shown::new("abcdef").pad_left(4).as_str(), "abc~");
        assert_eq!(Shown::fit(&"x".repeat(1 << 20), 3).as_str(), "xx~");
        assert_eq!(Shown::fit("日本語", 4).as_str(), "日~ ");
        assert_eq!(Shown::fit("abc", 3).as_str(), "abc");
        assert_eq!(Shown::new("🇳").then(&Shown::new("🇴")).width(), 2);
    }

    #[test]
    fn lines_are_split_at_newlines_only() {
        let lines: Vec<String> =
            Shown::lines("a\r\n\tb\n\nc\u{2028}d").iter().map(Shown::to_string).collect();
        assert_eq!(lines, ["a", " b", "", "<!>c<2028>d"]);
    }

    /// Mostly what goes wrong: controls, marks, joiners, emoji, letters that join, between any others.
    fn hostile() -> impl Strategy<Value = String> {
        let picked = prop::sample::select(
            "\0\x1b\r\n\t\u{7f}\u{85}\u{9b}\u{ad}\u{34f}\u{61c}\u{200b}\u{200c}\u{200d}\u{200e}\u{202a}\u{202e}\u{2066}\u{2069}\u{2028}\u{fe0e}\u{fe0f}\u{feff}\u{301}\u{20e3}\u{93f}\u{94d}\u{915}\u{600}\u{1100}\u{1161}\u{11a8}\u{ac00}\u{1f1f3}\u{1f3fc}\u{1f469}\u{2642}\u{2601}\u{e0041}\u{ff76}\u{ff9e}\u{2e3b}\u{65e5}\u{d4e}\u{1b05}1a~ "
                .chars()
                .collect::<Vec<char>>(),
        );
        let piece = prop_oneof![
            6 => picked.clone().prop_map(String::from),
            1 => any::<char>().prop_map(String::from),
            1 => (picked, 1..80usize).prop_map(|(c, n)| c.to_string().repeat(n)),
        ];
        prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
    }

    #[test]
    fn text_is_broken_at_blanks_and_what_is_indented_goes_on_so() {
        let wrapped = |text: &str, width| {
            Shown::new(text).wrapped(width).iter().map(Shown::to_string).collect::<Vec<_>>()
        };
        assert_eq!(wrapped("it fits", 20), ["it fits"]);
        assert_eq!(wrapped("the client wants a yes", 10), ["the client", "wants a", "yes"]);
        assert_eq!(
            wrapped("  needs [ ] start date, [ ] amount", 16),
            ["  needs", "  [ ] start", "  date,", "  [ ] amount"]
        );
        assert_eq!(wrapped(" 🌀🌀", 2), ["🌀", "🌀"], "a sign of two columns has no room behind a blank");
        let joined = format!("0{}\u{85}🏼\u{200d}🇳", "क".repeat(33));
        let warned = (0..60).filter(|width| Shown::fit(&joined, *width).as_str().starts_with("<!>"));
        assert_eq!(warned.count(), 0, "an emoji that was cut hides nothing");
        assert_eq!(wrapped("incomprehensible 日本語", 7), ["incompr", "ehensib", "le", "日本語"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_is_broken_fits_and_loses_nothing(text in any::<String>(), width in 2usize..40) {
            let shown = Shown::new(&text);
            let lines = shown.wrapped(width);
            // A cluster that is wider than a line stays whole.
            let fits = |line: &Shown| line.width() <= width || line.as_str().graphemes(true).count() == 1;
            prop_assert!(lines.iter().all(fits), "{lines:?}");
            let signs = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            let joined = lines.iter().map(Shown::as_str).collect::<String>();
            prop_assert_eq!(signs(&joined), signs(shown.as_str()));
        }

        #[test]
        fn nothing_hidden_or_steering_gets_through(text in hostile()) {
            let shown = new(&text);
            prop_assert!(!shown.chars().any(|c| c.is_control() || is_hidden(c)), "{shown:?}");
            for cluster in shown.graphemes(true) {
                prop_assert!(cluster.len() <= LONGEST_CLUSTER, "{cluster:?} of {shown:?}");
                prop_assert!(cluster_width(cluster) > 0, "{cluster:?} of {shown:?}");
                let marks = cluster.chars().filter(|c| c.width() == Some(0) && !is_hidden(*c)).count();
                prop_assert!(marks <= MOST_MARKS, "{cluster:?} of {shown:?}");
            }
            prop_assert_eq!(&new(&shown), &shown, "cleaning twice changes nothing");
        }

        #[test]
        fn widths_are_what_they_say(text in hostile(), width in 0usize..60) {
            let shown = Shown::new(&text);
            prop_assert_eq!(shown.width(), measure(shown.as_str()));
            let cut = shown.cut(width);
            prop_assert_eq!(cut.width(), measure(cut.as_str()));
            prop_assert_eq!(cut.width(), shown.width().min(width));
            // What lies behind the cut is not read, so it is not warned of either.
            let fit = Shown::fit(&text, width);
            prop_assert!(fit == cut || fit == Shown::typed(&text).cut(width), "{fit:?} {cut:?}");
            prop_assert_eq!(measure(shown.pad(width).as_str()), width);
            prop_assert_eq!(measure(shown.pad_left(width).as_str()), width);
        }
    }
}

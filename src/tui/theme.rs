//! How a meaning looks: colours, attributes and lines, by what the person and their terminal can take. Words
//! carry every meaning too; nothing here is the only sign of anything.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::line::{self, Set};
use std::fmt;
use std::str::FromStr;

/// The person's choice of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// Safe on any background: no yellow.
    #[default]
    Auto,
    Light,
    Dark,
    /// Attributes only.
    Mono,
    /// Attributes only, and more of them.
    Contrast,
}

/// The person's choice of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lines {
    #[default]
    Auto,
    Unicode,
    Ascii,
    /// For screen readers, which would read them aloud.
    None,
}

/// A setting nobody knows, with the ones there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not one of {known}", .given.escape_debug())]
pub struct ThemeError {
    given: String,
    known: &'static str,
}

impl FromStr for Palette {
    type Err = ThemeError;

    fn from_str(text: &str) -> Result<Palette, ThemeError> {
        Ok(match text {
            "auto" => Palette::Auto,
            "light" => Palette::Light,
            "dark" => Palette::Dark,
            "mono" => Palette::Mono,
            "contrast" => Palette::Contrast,
            _ => return Err(ThemeError { given: text.into(), known: "auto, light, dark, mono, contrast" }),
        })
    }
}

impl Palette {
    pub const ALL: [Palette; 5] =
        [Palette::Auto, Palette::Light, Palette::Dark, Palette::Mono, Palette::Contrast];
}

impl fmt::Display for Palette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Palette::Auto => "auto",
            Palette::Light => "light",
            Palette::Dark => "dark",
            Palette::Mono => "mono",
            Palette::Contrast => "contrast",
        })
    }
}

impl FromStr for Lines {
    type Err = ThemeError;

    fn from_str(text: &str) -> Result<Lines, ThemeError> {
        Ok(match text {
            "auto" => Lines::Auto,
            "unicode" => Lines::Unicode,
            "ascii" => Lines::Ascii,
            "none" => Lines::None,
            _ => return Err(ThemeError { given: text.into(), known: "auto, unicode, ascii, none" }),
        })
    }
}

/// What a piece of text says; the theme knows how that looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Nothing special.
    Plain,
    /// Less important; there is no grey that every terminal shows.
    Dim,
    /// Past twice the limit.
    VeryLate,
    Late,
    /// Due soon.
    Soon,
    /// A handoff to accept.
    Accept,
    /// Sent back to the person.
    Returned,
    /// Waiting on somebody.
    Waiting,
    Marked,
    /// Changed since the person looked.
    Changed,
    Error,
    /// The tab or side that has the keys.
    Active,
    /// A column's name, a section's title.
    Title,
}

impl Meaning {
    pub const ALL: [Meaning; 13] = [
        Meaning::Plain,
        Meaning::Dim,
        Meaning::VeryLate,
        Meaning::Late,
        Meaning::Soon,
        Meaning::Accept,
        Meaning::Returned,
        Meaning::Waiting,
        Meaning::Marked,
        Meaning::Changed,
        Meaning::Error,
        Meaning::Active,
        Meaning::Title,
    ];
}

const ASCII: Set<'static> = Set {
    vertical: "|",
    horizontal: "-",
    top_right: "+",
    top_left: "+",
    bottom_right: "+",
    bottom_left: "+",
    vertical_left: "+",
    vertical_right: "+",
    horizontal_down: "+",
    horizontal_up: "+",
    cross: "+",
};

const BLANK: Set<'static> = Set {
    vertical: " ",
    horizontal: " ",
    top_right: " ",
    top_left: " ",
    bottom_right: " ",
    bottom_left: " ",
    vertical_left: " ",
    vertical_right: " ",
    horizontal_down: " ",
    horizontal_up: " ",
    cross: " ",
};

/// Only default colours, ANSI 1 to 6, bold, reverse and underline ever leave it, and never a background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    palette: Palette,
    /// Rules and boxes.
    pub lines: Set<'static>,
}

impl Theme {
    /// The person's settings, corrected by what the environment says of the terminal; `var` looks it up.
    pub fn new(palette: Palette, lines: Lines, var: impl Fn(&str) -> Option<String>) -> Theme {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let mono = set("NO_COLOR").is_some() || term == "dumb";
        let palette = match palette {
            Palette::Contrast => Palette::Contrast,
            _ if mono => Palette::Mono,
            chosen => chosen,
        };
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
        let utf8 = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
        let lines = match lines {
            Lines::None => BLANK,
            Lines::Unicode => line::NORMAL,
            Lines::Auto if utf8 && term != "linux" && !term.starts_with("vt") => line::NORMAL,
            Lines::Auto | Lines::Ascii => ASCII,
        };
        Theme { palette, lines }
    }

    /// The same lines in other colours, as somebody asks for who sees what they get.
    #[must_use]
    pub fn with(self, palette: Palette) -> Theme {
        Theme { palette, ..self }
    }

    pub fn palette(&self) -> Palette {
        self.palette
    }

    /// How a meaning looks anywhere but in the cursor row.
    pub fn style(&self, meaning: Meaning) -> Style {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let coloured = match (self.palette, meaning) {
            (_, Meaning::Plain | Meaning::Dim | Meaning::Waiting) => plain,
            (_, Meaning::Accept | Meaning::Returned | Meaning::Marked | Meaning::Active | Meaning::Title) => {
                bold
            }
            (Palette::Contrast, Meaning::VeryLate | Meaning::Error) => {
                bold.add_modifier(Modifier::UNDERLINED)
            }
            (Palette::Contrast, Meaning::Late) => bold,
            (Palette::Contrast, Meaning::Soon | Meaning::Changed) => plain.add_modifier(Modifier::UNDERLINED),
            (_, Meaning::VeryLate | Meaning::Error) => bold.fg(Color::Red),
            (_, Meaning::Late) => plain.fg(Color::Red),
            // Yellow on white cannot be read, and only the person knows the background.
            (Palette::Dark, Meaning::Soon) => plain.fg(Color::Yellow),
            (_, Meaning::Soon) => plain.fg(Color::Magenta),
            (_, Meaning::Changed) => plain.fg(Color::Green),
        };
        match self.palette {
            Palette::Mono => Style { fg: None, ..coloured },
            _ => coloured,
        }
    }

    /// What the cursor row adds to its cells. It takes their colours away: reversed, they would be
    /// backgrounds, which nobody has checked for contrast.
    pub fn cursor_row(&self) -> Style {
        Style::new().fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(palette: Palette, environment: &[(&str, &str)]) -> Theme {
        Theme::new(palette, Lines::Auto, |name| {
            environment.iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn only_safe_colours_and_never_a_background() {
        use Color::{Blue, Cyan, Green, Magenta, Red, Yellow};
        let safe = Modifier::BOLD | Modifier::REVERSED | Modifier::UNDERLINED;
        for palette in [Palette::Auto, Palette::Light, Palette::Dark, Palette::Mono, Palette::Contrast] {
            for meaning in Meaning::ALL {
                let style = theme(palette, &[]).style(meaning);
                assert_eq!(style.bg, None, "{palette:?} {meaning:?}");
                assert!(matches!(style.fg, None | Some(Red | Green | Yellow | Blue | Magenta | Cyan)));
                assert!(safe.contains(style.add_modifier), "{palette:?} {meaning:?}");
                if matches!(palette, Palette::Mono | Palette::Contrast) {
                    assert_eq!(style.fg, None, "{palette:?} {meaning:?}");
                }
                if palette != Palette::Dark {
                    assert_ne!(style.fg, Some(Yellow), "{palette:?} {meaning:?}");
                }
            }
        }
    }

    #[test]
    fn the_environment_takes_colours_and_lines_away() {
        let utf8 = ("LANG", "en_US.UTF-8");
        let late = |t: Theme| t.style(Meaning::Late).fg;
        assert_eq!(late(theme(Palette::Dark, &[utf8])), Some(Color::Red));
        assert_eq!(late(theme(Palette::Dark, &[("NO_COLOR", "1")])), None);
        assert_eq!(late(theme(Palette::Dark, &[("NO_COLOR", "")])), Some(Color::Red));
        assert_eq!(late(theme(Palette::Auto, &[("TERM", "dumb")])), None);
        let line = |environment: &[(&str, &str)]| theme(Palette::Auto, environment).lines.horizontal;
        assert_eq!(line(&[utf8, ("TERM", "xterm")]), "─");
        assert_eq!(line(&[("LC_ALL", "C"), utf8]), "-");
        assert_eq!(line(&[utf8, ("TERM", "linux")]), "-");
        assert_eq!(line(&[utf8, ("TERM", "vt100")]), "-");
        assert_eq!(Theme::new(Palette::Auto, Lines::None, |_| None).lines.cross, " ");
    }

    #[test]
    fn a_wrong_setting_names_the_right_ones() {
        assert_eq!("mono".parse(), Ok(Palette::Mono));
        assert_eq!("ascii".parse(), Ok(Lines::Ascii));
        let error = "pink".parse::<Palette>().unwrap_err().to_string();
        assert_eq!(error, "`pink` is not one of auto, light, dark, mono, contrast");
    }
}

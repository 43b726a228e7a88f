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
            // Where these are read, a terminal may draw a line two columns wide. It is not asked, because nothing waits for an
            // answer at the start, and one that comes torn over a slow line would be keys.
            Lines::Auto if ["zh", "ja", "ko"].iter().any(|of| locale.starts_with(of)) => ASCII,
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
    /// backgrounds, which nobody has checked for contrast. It takes their thickness away too: the row stands out
    /// as it is, its words say what they mean, and one look for all of it is fewer bytes at every step.
    pub fn cursor_row(&self) -> Style {
        let row = Style::new().fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED);
        if self.palette == Palette::Contrast { row } else { row.remove_modifier(Modifier::BOLD) }
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

    /// The contrast of two colours, by the formula of WCAG 2.
    fn contrast(one: u32, other: u32) -> f64 {
        let light = |colour: u32| {
            let part = |shift: u32| {
                let c = f64::from(colour >> shift & 0xff) / 255.0;
                if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
        };
        let (a, b) = (light(one), light(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Background, red, green, yellow, magenta, as each palette sets them.
    const PALETTES: [(&str, [u32; 5]); 6] = [
        ("xterm", [0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0xcd00cd]),
        ("solarized light", [0xfdf6e3, 0xdc322f, 0x859900, 0xb58900, 0xd33682]),
        ("solarized dark", [0x002b36, 0xdc322f, 0x859900, 0xb58900, 0xd33682]),
        ("gnome light", [0xffffff, 0xc01c28, 0x26a269, 0xa2734c, 0xa347ba]),
        ("gnome dark", [0x171421, 0xc01c28, 0x26a269, 0xa2734c, 0xa347ba]),
        ("catppuccin latte", [0xeff1f5, 0xd20f39, 0x40a02b, 0xdf8e1d, 0xea76cb]),
    ];

    /// A colour is never the only sign: where it stands out too little, the row has a sign or a word of its own,
    /// which the test of the rows in `panes` holds to. Below 2 nothing could be read at all.
    #[test]
    fn what_is_coloured_can_be_read_on_six_palettes_or_is_said_by_a_word() {
        let said = [Meaning::VeryLate, Meaning::Late, Meaning::Soon, Meaning::Changed, Meaning::Error];
        let mut table = String::new();
        for (name, [ground, red, green, _, magenta]) in PALETTES {
            let ratios = [("red", red), ("green", green), ("magenta", magenta)].map(|(colour, value)| {
                let ratio = contrast(ground, value);
                (colour, ratio)
            });
            let words = ratios.map(|(colour, ratio)| format!("{colour} {ratio:.1}")).join(", ");
            table.push_str(&format!("{name}: {words}\n"));
            for meaning in Meaning::ALL {
                let style = theme(Palette::Auto, &[]).style(meaning);
                let ratio = match style.fg {
                    Some(Color::Red) => ratios[0].1,
                    Some(Color::Green) => ratios[1].1,
                    Some(Color::Magenta) => ratios[2].1,
                    _ => continue,
                };
                let bold = style.add_modifier.contains(Modifier::BOLD);
                assert!(ratio >= 4.5 || bold || said.contains(&meaning), "{meaning:?} on {name}: {ratio:.1}");
                assert!(ratio >= 2.0, "{meaning:?} on {name}: {ratio:.1}");
            }
        }
        let measured = "xterm: red 3.6, green 9.7, magenta 4.5\n\
             solarized light: red 4.3, green 3.0, magenta 4.2\n\
             solarized dark: red 3.2, green 4.7, magenta 3.3\n\
             gnome light: red 6.1, green 3.3, magenta 5.0\n\
             gnome dark: red 3.0, green 5.6, magenta 3.6\n\
             catppuccin latte: red 4.8, green 3.0, magenta 2.3\n";
        assert_eq!(table, measured);
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
        assert_eq!(line(&[("LANG", "ja_JP.UTF-8")]), "-");
        assert_eq!(
            Theme::new(Palette::Auto, Lines::Unicode, |_| Some("ja_JP.UTF-8".into())).lines.horizontal,
            "─"
        );
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

//! Under which prefix a log writes the keys of the standard extensions. Nearly all use the usual ones; one that
//! declares another means it. It knows no values.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

const STANDARD: [&str; 4] = ["concept", "time", "org", "lifecycle"];
const MOST: usize = 16;

/// Prefixes that are not the usual ones, with those they stand for.
#[derive(Default)]
pub(super) struct Prefixes(Vec<(String, &'static str)>);

impl Prefixes {
    /// Takes in a declaration such as `<extension name="Concept" prefix="c" uri="…/concept.xesext"/>`.
    pub fn declare(&mut self, element: &BytesStart<'_>) {
        let value = |name: &str| {
            let found = element.attributes().filter_map(Result::ok).find(|one| one.key.as_ref() == name)?;
            Some(found.value.into_owned())
        };
        let (Some(prefix), Some(uri)) = (value("prefix"), value("uri")) else { return };
        let file = uri.rsplit('/').next().and_then(|file| file.strip_suffix(".xesext"));
        let meant = STANDARD.iter().find(|standard| Some(**standard) == file);
        // A prefix that is a usual one is taken at its word.
        if let Some(meant) = meant
            && !prefix.is_empty()
            && !STANDARD.contains(&prefix.as_str())
            && self.0.len() < MOST
        {
            self.0.push((prefix, meant));
        }
    }

    /// The key as it usually is.
    pub fn usual<'k>(&self, key: &'k str) -> Cow<'k, str> {
        let meant = |(prefix, meant): &(String, &str)| {
            let rest = key.strip_prefix(prefix.as_str())?.strip_prefix(':')?;
            Some(format!("{meant}:{rest}"))
        };
        self.0.iter().find_map(meant).map_or(Cow::Borrowed(key), Cow::Owned)
    }
}

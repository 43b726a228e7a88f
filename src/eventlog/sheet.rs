//! A table of anything, read the way logs are: unpacked, in its encoding, by what separates its columns. Knows
//! nothing of what the columns mean.

use std::path::Path;

use ::csv::{Reader, ReaderBuilder, StringRecord};

use super::error::{Error, Kind};
use super::guess::Format;
use super::input::{self, Text};
use super::settings::Settings;
use super::{Options, columns, csv};

/// A table whose head line was read.
pub struct Sheet {
    reader: Reader<Text>,
    pub head: Vec<String>,
    pub delimiter: char,
    pub encoding: String,
}

impl Sheet {
    /// Opens a table. Without a delimiter it is the sign that divides the first lines best; without an encoding
    /// it is that of the byte order mark, else strict UTF-8.
    ///
    /// # Errors
    /// A file that cannot be read, holds no text, or is no table.
    pub fn open(path: &Path, encoding: Option<&str>, delimiter: Option<char>) -> Result<Sheet, Error> {
        let named = |error: Error| error.in_file(path);
        let encoding = encoding.map(ToString::to_string);
        let options = Options { encoding, delimiter, ..Options::default() };
        let settings = Settings::new(&options).map_err(named)?;
        let mut input = input::open(path, settings.encoding, settings.gzip).map_err(named)?;
        if input.format != Format::Csv {
            let what = "it is not a table; save it as a CSV file with a head line";
            return Err(named(Kind::NotALog(what.to_string()).into()));
        }
        let (beginning, is_all) = input.text.peek();
        // A table of one column has nothing that separates.
        let delimiter = match columns::divided(beginning, is_all, settings.delimiter) {
            Some((delimiter, records)) if records.first().is_some_and(|head| head.len() > 1) => delimiter,
            _ => settings.delimiter.unwrap_or(b','),
        };
        input.text.bound(csv::LONGEST_RECORD, Kind::RecordTooLong(csv::LONGEST_RECORD));
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(input.text);
        let encoding = input.encoding.name().to_string();
        let mut sheet = Sheet { reader, head: Vec::new(), delimiter: char::from(delimiter), encoding };
        let mut head = StringRecord::new();
        sheet.next(&mut head).map_err(named)?;
        sheet.head = head.iter().map(|name| name.trim().to_string()).collect();
        Ok(sheet)
    }

    /// Reads the next row; the line it begins on, or `None` at the end.
    ///
    /// # Errors
    /// A file that is cut off, or is not text in its encoding.
    pub fn next(&mut self, row: &mut StringRecord) -> Result<Option<u64>, Error> {
        Ok(csv::next(&mut self.reader, row)?.map(|(line, _)| line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each with the line it begins on.
    type Rows = Vec<(u64, Vec<String>)>;

    fn read(bytes: &[u8], encoding: Option<&str>) -> Result<(Sheet, Rows), Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, bytes).unwrap();
        let mut sheet = Sheet::open(&path, encoding, None)?;
        let (mut rows, mut row) = (Vec::new(), StringRecord::new());
        while let Some(line) = sheet.next(&mut row)? {
            rows.push((line, row.iter().map(ToString::to_string).collect()));
        }
        Ok((sheet, rows))
    }

    #[test]
    fn what_a_spreadsheet_saves_is_read_whatever_separates_its_columns() {
        for (text, sign) in
            [("Name;Ort\nZoë;Köln\n", ';'), ("Name,Ort\nZoë,Köln", ','), ("Name\tOrt\nZoë\tKöln\n", '\t')]
        {
            let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
            for bytes in [text.as_bytes(), &marked] {
                let (sheet, rows) = read(bytes, None).unwrap();
                assert_eq!(
                    (sheet.delimiter, sheet.head),
                    (sign, vec!["Name".to_string(), "Ort".to_string()])
                );
                assert_eq!(rows, [(2, vec!["Zoë".to_string(), "Köln".to_string()])]);
            }
        }
        let (sheet, rows) = read(b"Name\nBerg AS\n", None).unwrap();
        assert_eq!((sheet.head.len(), rows.len()), (1, 1), "one column is a table too");
    }

    #[test]
    fn another_encoding_is_named_and_what_it_would_be_is_said() {
        let latin = b"Name;Ort\nZo\xeb;K\xf6ln\n";
        let refused = read(latin, None).err().unwrap().to_string();
        assert!(refused.contains("read it with --encoding windows-1252"), "{refused}");
        let (_, rows) = read(latin, Some("windows-1252")).unwrap();
        assert_eq!(rows[0].1, ["Zoë", "Köln"]);
    }
}

//! What can go wrong at the desk, with its kind decided once: the kind gives the exit code.

use crate::domain::Instant;
use crate::domain::refusal::Refusal;
use crate::store::StoreError;

/// Why something could not be done. Displays as a sentence; `hint` says what to do.
#[derive(Debug)]
pub enum Error {
    /// The domain said no. The sentence is made here, where the zone of the screens is known.
    Refused {
        refusal: Refusal,
        sentence: String,
    },
    /// A file or an argument that is not acceptable; every line is a finding of its own.
    Input {
        lines: Vec<String>,
        hint: String,
    },
    Store(StoreError),
    /// What was to be written out could not be.
    Output(std::io::Error),
    /// Others kept changing the same thing.
    Busy,
}

impl Error {
    pub(crate) fn refused(refusal: Refusal, show: &dyn Fn(Instant) -> String) -> Error {
        let sentence = refusal.sentence(show);
        Error::Refused { refusal, sentence }
    }

    /// Input that cannot be used.
    pub fn input(line: impl Into<String>, hint: impl Into<String>) -> Error {
        Error::Input { lines: vec![line.into()], hint: hint.into() }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Error::Refused { refusal, .. } => refusal.hint(),
            Error::Input { hint, .. } => hint.clone(),
            Error::Store(error) => error.hint().to_string(),
            Error::Output(_) => "Check the name, its folder and the room there.".to_string(),
            Error::Busy => "Try again in a moment; nothing was changed.".to_string(),
        }
    }

    /// Others write, and nothing was done.
    pub fn is_busy(&self) -> bool {
        self.exit_code() == 75
    }

    /// 1 refused or not found, 2 usage or settings, 3 storage, 75 busy.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Refused { .. } => 1,
            Error::Input { .. } => 2,
            Error::Store(StoreError::Busy { .. }) | Error::Busy => 75,
            Error::Store(_) | Error::Output(_) => 3,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Refused { sentence, .. } => f.write_str(sentence),
            Error::Input { lines, .. } => f.write_str(&lines.join("\n")),
            Error::Store(error) => write!(f, "{error}."),
            Error::Output(error) => write!(f, "It cannot be written: {error}."),
            Error::Busy => f.write_str("Others keep changing this at the same time."),
        }
    }
}

impl std::error::Error for Error {}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        Error::Store(error)
    }
}

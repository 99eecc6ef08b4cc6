//! The one error of the service, free of any transport.
//!
//! [`Fault`] says what went wrong; [`ProblemCode`] is the one table from that to a stable code, a status and a title.
//! REST renders it as RFC 9457 problem details, GraphQL puts the same code, status and violations into `extensions`.
//! Details are composed here from the variant's values, so no caller can put a cause, a secret or a query into one.

use serde::Serialize;

/// Most violations one answer lists; the number of all is given beside them.
pub const MAX_VIOLATIONS: usize = 1_000;

/// Where a violation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Place {
    /// A JSON Pointer (RFC 6901) into the body.
    Pointer {
        /// The pointer.
        pointer: String,
    },
    /// A row and column of a table. Rows count as a spreadsheet shows them: the header is row 1.
    Cell {
        /// Row, from 1.
        row: u64,
        /// Column heading; empty where the whole row is meant.
        column: String,
    },
    /// A parameter of the query string or of the path.
    Parameter {
        /// Its name.
        parameter: String,
    },
}

/// One thing that is wrong with what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Stable code, kebab-case.
    pub code: &'static str,
    /// What is wrong and what would be right, for a person.
    pub message: String,
}

impl Violation {
    /// A fault at a JSON Pointer.
    pub fn at(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            place: Place::Pointer {
                pointer: pointer.into(),
            },
            code,
            message: message.into(),
        }
    }

    /// A fault in a cell of a table.
    pub fn cell(row: u64, column: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            place: Place::Cell {
                row,
                column: column.to_owned(),
            },
            code,
            message: message.into(),
        }
    }

    /// A fault in a parameter.
    pub fn parameter(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            place: Place::Parameter {
                parameter: name.to_owned(),
            },
            code,
            message: message.into(),
        }
    }
}

/// The nouns that may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// An institution, or anything of one that the caller may not know of.
    Institution,
    /// An org unit.
    OrgUnit,
    /// A dataset.
    Dataset,
    /// A code list.
    CodeList,
    /// A code of a list.
    Code,
    /// An academic year.
    Year,
    /// A revision of a return.
    Revision,
    /// An action plan.
    ActionPlan,
    /// An action.
    Action,
    /// A release.
    Release,
    /// A file of a release.
    ReleaseFile,
}

impl Noun {
    const fn name(self) -> &'static str {
        match self {
            Self::Institution => "institution",
            Self::OrgUnit => "org unit",
            Self::Dataset => "dataset",
            Self::CodeList => "code list",
            Self::Code => "code",
            Self::Year => "academic year",
            Self::Revision => "revision",
            Self::ActionPlan => "action plan",
            Self::Action => "action",
            Self::Release => "release",
            Self::ReleaseFile => "file of a release",
        }
    }
}

/// Everything that can go wrong. Closed: a new failure is a new variant, and every `match` on it must be visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No credentials where some are needed.
    Unauthenticated,
    /// A token that is expired, forged, for another audience, or of a revoked client.
    InvalidToken,
    /// The caller may know of the thing, but not do this.
    Forbidden {
        /// The OAuth scope that would be needed.
        needs: &'static str,
    },
    /// There is no such thing, or not for this caller.
    NotFound(Noun),
    /// No route has this address.
    NoSuchRoute,
    /// The address exists, not with this method.
    MethodNotAllowed {
        /// The methods it has, as `Allow` lists them.
        allow: String,
    },
    /// No representation the caller accepts.
    NotAcceptable {
        /// The media types on offer.
        offered: &'static [&'static str],
    },
    /// A body in a form this address does not take.
    UnsupportedMediaType {
        /// The media types it takes.
        offered: &'static [&'static str],
    },
    /// A body packed in a way that is not understood.
    UnsupportedEncoding,
    /// A text in another encoding than UTF-8.
    UnsupportedCharset,
    /// A body that is not what its media type says.
    MalformedBody {
        /// The place, as far as it is known: line and column, or a pointer.
        place: String,
        /// What the parser met there.
        reason: String,
    },
    /// A body over the limit.
    BodyTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Parameters that are not understood; each says what is on offer.
    InvalidParameters(Vec<Violation>),
    /// A body that is well formed and wrong.
    InvalidBody(Vec<Violation>),
    /// Rows with faults; nothing was stored.
    InvalidRows {
        /// The first faults, at most [`MAX_VIOLATIONS`].
        violations: Vec<Violation>,
        /// How many there are in all.
        total: u64,
    },
    /// A change without `If-Match`.
    PreconditionRequired,
    /// Somebody else changed it meanwhile.
    PreconditionFailed {
        /// The present version.
        current: i64,
    },
    /// A change of something that is not in the state for it.
    WrongState {
        /// What it is.
        is: &'static str,
        /// What it would have to be.
        needs: &'static str,
    },
    /// The same request, by its `Idempotency-Key`, is being answered just now.
    IdempotencyInProgress,
    /// An `Idempotency-Key` that was used for another request.
    IdempotencyKeyReused,
    /// The change was made by an earlier request with this key, whose answer was lost.
    IdempotencyAnswerLost,
    /// A submission before the window opens.
    NotOpenYet {
        /// The first day.
        opens_on: chrono::NaiveDate,
    },
    /// Something unique is taken.
    AlreadyExists {
        /// Which member.
        member: &'static str,
    },
    /// The database does not answer just now.
    Unavailable,
    /// The disk is full; reading goes on.
    StorageFull,
    /// A release whose figures the attack undid; nothing was published.
    ReleaseBroken {
        /// Of which measure and year.
        at: String,
    },
    /// Our own mistake. The cause is in the log, never in an answer.
    Internal,
}

/// The result of everything that can fail.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// One line of the table of problem codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemCode {
    /// Stable code, kebab-case; the last part of `type`.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Title: the same for every occurrence.
    pub title: &'static str,
}

/// Writes the table once: the pattern of a variant, and its line.
macro_rules! problem_codes {
    ($($pattern:pat => $code:literal, $status:literal, $title:literal;)+) => {
        impl Fault {
            /// Every code there is, for the documentation.
            pub const CODES: &'static [ProblemCode] = &[$(ProblemCode { code: $code, status: $status, title: $title },)+];

            /// The line of the table this fault belongs to.
            pub const fn problem(&self) -> ProblemCode {
                match self { $($pattern => ProblemCode { code: $code, status: $status, title: $title },)+ }
            }
        }
    };
}

problem_codes! {
    Self::Unauthenticated => "unauthenticated", 401, "Credentials are needed";
    Self::InvalidToken => "invalid-token", 401, "The access token is not valid";
    Self::Forbidden { .. } => "forbidden", 403, "Not permitted";
    Self::NotFound(_) => "not-found", 404, "Not found";
    Self::NoSuchRoute => "no-such-route", 404, "No such address";
    Self::MethodNotAllowed { .. } => "method-not-allowed", 405, "Method not allowed here";
    Self::NotAcceptable { .. } => "not-acceptable", 406, "No acceptable form to answer in";
    Self::UnsupportedMediaType { .. } => "unsupported-media-type", 415, "Media type not supported here";
    Self::UnsupportedEncoding => "unsupported-encoding", 415, "Content encoding not supported";
    Self::UnsupportedCharset => "unsupported-charset", 415, "Text must be UTF-8";
    Self::MalformedBody { .. } => "malformed-body", 400, "The body is not what its media type says";
    Self::BodyTooLarge { .. } => "body-too-large", 413, "The body is too large";
    Self::InvalidParameters(_) => "invalid-parameters", 400, "Parameters are not valid";
    Self::InvalidBody(_) => "invalid-body", 422, "The body is not valid";
    Self::InvalidRows { .. } => "invalid-rows", 422, "Rows have faults; nothing was stored";
    Self::PreconditionRequired => "precondition-required", 428, "If-Match is needed";
    Self::PreconditionFailed { .. } => "precondition-failed", 412, "Changed by somebody else meanwhile";
    Self::WrongState { .. } | Self::NotOpenYet { .. } => "wrong-state", 409, "Not in the state for this";
    Self::IdempotencyInProgress => "idempotency-in-progress", 409, "The same request is being answered";
    Self::IdempotencyKeyReused => "idempotency-key-reused", 422, "The Idempotency-Key belongs to another request";
    Self::IdempotencyAnswerLost => "idempotency-answer-lost", 409, "The change was made, its answer is lost";
    Self::AlreadyExists { .. } => "already-exists", 409, "Already exists";
    Self::Unavailable => "unavailable", 503, "Not available just now";
    Self::StorageFull => "storage-full", 507, "No room left to store";
    Self::ReleaseBroken { .. } => "release-broken", 409, "The release would disclose an institution";
    Self::Internal => "internal", 500, "A mistake of ours";
}

impl Fault {
    /// What happened this time, for a person.
    pub fn detail(&self) -> String {
        match self {
            Self::Unauthenticated => "Send an access token: Authorization: Bearer ... (POST /oauth/token gives one).".to_owned(),
            Self::InvalidToken => "The token has expired or was not made for this service; ask for a new one.".to_owned(),
            Self::Forbidden { needs } => format!("This needs the scope {needs}, which the caller does not hold."),
            Self::NotFound(noun) => format!("There is no such {}.", noun.name()),
            Self::NoSuchRoute => "Nothing lives at this address; GET /openapi.json lists what does.".to_owned(),
            Self::MethodNotAllowed { allow } => format!("This address takes {allow}."),
            Self::NotAcceptable { offered } => format!("On offer: {}.", offered.join(", ")),
            Self::UnsupportedMediaType { offered } => format!("Content-Type must be one of: {}.", offered.join(", ")),
            Self::UnsupportedEncoding => "Content-Encoding may be gzip or zstd.".to_owned(),
            Self::UnsupportedCharset => {
                "Text is taken as UTF-8 only; save the file as \u{201c}CSV UTF-8\u{201d} and leave the charset out.".to_owned()
            }
            Self::MalformedBody { place, reason } => format!("At {place}: {reason}."),
            Self::BodyTooLarge { limit } => format!("At most {limit} bytes are taken here."),
            Self::InvalidParameters(violations) | Self::InvalidBody(violations) => match violations.as_slice() {
                [one] => one.message.clone(),
                many => format!("{} faults; see violations.", many.len()),
            },
            Self::InvalidRows { violations, total } if *total > violations.len() as u64 => {
                format!("{total} faults, of which the first {} are listed.", violations.len())
            }
            Self::InvalidRows { total: 1, .. } => "1 fault.".to_owned(),
            Self::InvalidRows { total, .. } => format!("{total} faults."),
            Self::PreconditionRequired => {
                "Send If-Match with the ETag you last read, or If-Match: * to change whatever is there.".to_owned()
            }
            Self::PreconditionFailed { current } => format!("It is now at \"{current}\"; read it again before changing it."),
            Self::WrongState { is, needs } => format!("It is {is}; this needs it to be {needs}."),
            Self::IdempotencyInProgress => {
                "A request with this Idempotency-Key has not been answered yet; repeat it in a second.".to_owned()
            }
            Self::IdempotencyKeyReused => {
                "This Idempotency-Key was used within the last 24 hours for a request that differs in method, address, \
                 Content-Type, Content-Encoding, If-Match or body; take a new key for a new request."
                    .to_owned()
            }
            Self::IdempotencyAnswerLost => {
                "The request with this Idempotency-Key was carried out once and is not carried out again, but its answer \
                 could not be kept; read what it changed."
                    .to_owned()
            }
            Self::NotOpenYet { opens_on } => format!("Submissions are taken from {opens_on}; drafts may be filled before."),
            Self::AlreadyExists { member } => format!("Another one has this {member}."),
            Self::Unavailable => "The database does not answer; try again shortly.".to_owned(),
            Self::StorageFull => "The store has no room; reading goes on, writing does not.".to_owned(),
            Self::ReleaseBroken { at } => format!(
                "From what would be published, an institution could work out another's value: {at}. Nothing was published; leave \
                 groups out of the family, or merge them."
            ),
            Self::Internal => "The cause is in the log under this request's id.".to_owned(),
        }
    }

    /// What is wrong, place by place; empty for faults that are not about places.
    pub fn violations(&self) -> &[Violation] {
        match self {
            Self::InvalidParameters(violations)
            | Self::InvalidBody(violations)
            | Self::InvalidRows { violations, .. } => violations,
            Self::Unauthenticated
            | Self::InvalidToken
            | Self::Forbidden { .. }
            | Self::NotFound(_)
            | Self::NoSuchRoute
            | Self::MethodNotAllowed { .. }
            | Self::NotAcceptable { .. }
            | Self::UnsupportedMediaType { .. }
            | Self::UnsupportedEncoding
            | Self::UnsupportedCharset
            | Self::MalformedBody { .. }
            | Self::BodyTooLarge { .. }
            | Self::PreconditionRequired
            | Self::PreconditionFailed { .. }
            | Self::WrongState { .. }
            | Self::IdempotencyInProgress
            | Self::IdempotencyKeyReused
            | Self::IdempotencyAnswerLost
            | Self::NotOpenYet { .. }
            | Self::AlreadyExists { .. }
            | Self::Unavailable
            | Self::StorageFull
            | Self::ReleaseBroken { .. }
            | Self::Internal => &[],
        }
    }

    /// One parameter that is not understood.
    pub fn parameter(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::InvalidParameters(vec![Violation::parameter(name, code, message)])
    }

    /// One member of a body that is wrong.
    pub fn body(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::InvalidBody(vec![Violation::at(pointer, code, message)])
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.problem().title, self.detail())?;
        for violation in self.violations() {
            match &violation.place {
                Place::Pointer { pointer } => write!(f, "\n  {pointer}")?,
                Place::Cell { row, column } => write!(f, "\n  row {row}, {column}")?,
                Place::Parameter { parameter } => write!(f, "\n  {parameter}")?,
            }
            write!(f, ": {} ({})", violation.message, violation.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
